// Made from the schema of the report by packages/report/src/schema/metric-rows.test.ts.

/** Every number of the report, in the report's order: `*` stands for one key. A line has a path, `.` for the root, and the keys there: `key:unit`, and `+` where more is better. */
export const REPORT_NUMBERS = `
.: seed gpus costUsdPerHour:USD/h horizonSeconds:s
plan: ranks nodes pipelineStages interleave stages ranksPerPipelineStage ranksPerStage ranksPerLayer expertGroups tensorGroups contextRanks parameters activeParameters declaredParameters
plan.weightBytesPerRank: min:B max:B
plan: kvBytesPerToken:B requestBytes:B
plan.flopsPerToken: *
requests: arrived+ finished+ rejected failed decoding
tokens: prompt+ output+ routed+ kept+ rerouted dropped masked
ttftSeconds: mean:s p50:s p90:s p95:s p99:s p999:s max:s
tpotSeconds: mean:s p50:s p90:s p95:s p99:s p999:s max:s
e2eSeconds: mean:s p50:s p90:s p95:s p99:s p999:s max:s
queueSeconds: mean:s p50:s p90:s p95:s p99:s p999:s max:s
prefillSeconds: mean:s p50:s p90:s p95:s p99:s p999:s max:s
itlSeconds: mean:s p50:s p90:s p95:s p99:s p999:s max:s
goodput: requestsPerSecond:requests/s+ outputTokensPerSecond:tokens/s+
attainment: all:share+ *:share+
classes.*.requests: arrived+ finished+ rejected failed
classes.*.ttftSeconds: mean:s p50:s p90:s p95:s p99:s p999:s max:s
classes.*.tpotSeconds: mean:s p50:s p90:s p95:s p99:s p999:s max:s
classes.*.e2eSeconds: mean:s p50:s p90:s p95:s p99:s p999:s max:s
classes.*.queueSeconds: mean:s p50:s p90:s p95:s p99:s p999:s max:s
classes.*.goodput: requestsPerSecond:requests/s+ outputTokensPerSecond:tokens/s+
classes.*.attainment: *:share+
kv: blockTokens blocks meanShare:share peakShare:share preemptions recomputedTokens evictions hitTokens+ hitShare:share+ broughtTokens
kv.prefix: hits+ keptBlocks
kv.prefix.host: blocks keptBlocks evictions hitTokens+ hitShare:share+ loads meanLoadSeconds:s
levels: bucketSeconds:s
levels.running: *
levels.waiting: *
levels.kvShare: *:share
levels.tokensPerPass: *
levels.tokensPerSecond: *:tokens/s+
throughput: requestsPerSecond:requests/s+ tokensPerSecond:tokens/s+ prefillTokensPerSecond:tokens/s+ decodeTokensPerSecond:tokens/s+ tokensPerMsPerGpu:tokens/ms+ prefillTokensPerMsPerGpu:tokens/ms+ decodeTokensPerMsPerGpu:tokens/ms+
cost: gpuHours usd:USD usdPerMillionTokens:USD usdPerMillionInputTokens:USD usdPerMillionOutputTokens:USD
energy: joules:J wattsPerGpu:W joulesPerToken:J joulesPerOutputToken:J grams:g gramsPerMillionTokens:g
breakdown.ttft: *:s
breakdown.tpot: *:s
time.prefill.compute: *:share
time.prefill.network: *:share
time.decode.compute: *:share
time.decode.network: *:share
longestOpSeconds: *:s
utilization: compute:%+ memoryBandwidth:%+ node:%+ fabric:%+
.: measuredKernelShare:share+ measuredTrafficShare:share+ bubbleShare:share
balance.expert.prefill.loadVariance: mean:% p99:% max:%
balance.expert.prefill: maxOverMean droppedShare:share
balance.expert.prefill.droppedWithin: low:share high:share batches microBatches
balance.expert.prefill: capacityFactor reroutedShare:share maskedShare:share
balance.expert.prefill.perLayer.*: copies loadVariance:% droppedShare:share reroutedShare:share maskedShare:share
balance.expert.decode.loadVariance: mean:% p99:% max:%
balance.expert.decode: maxOverMean droppedShare:share
balance.expert.decode.droppedWithin: low:share high:share batches microBatches
balance.expert.decode: capacityFactor reroutedShare:share maskedShare:share
balance.expert.decode.perLayer.*: copies loadVariance:% droppedShare:share reroutedShare:share maskedShare:share
balance.rank.prefill.loadVariance: mean:% p99:% max:%
balance.rank.prefill: maxOverMean
balance.rank.prefill.slowest: lostSeconds:s slowestShare:share
balance.rank.prefill.perLayer.*: loadVariance:% maxOverMean
balance.rank.decode.loadVariance: mean:% p99:% max:%
balance.rank.decode: maxOverMean
balance.rank.decode.slowest: lostSeconds:s slowestShare:share
balance.rank.decode.perLayer.*: loadVariance:% maxOverMean
balance.windows: microBatches count
balance.windows.expert: mean max
balance.windows.rank: mean max
balance.rebalances: windows rebalances moves bytes:B
balance.rebalances.seconds: still:s reached:s best:s moves:s gained:s+ lost:s
balance.rebalances.maxOverMean: still reached best
balance.cache: hits+ misses hitShare:share+ loads bytes:B onHost waitSeconds:s
balance.cache.prefetch: guesses right+ ahead+ bytes:B wastedBytes:B
balance.traffic: bytes:B sameRankBytes:B sameNodeBytes:B fabricBytes:B
balance.traffic.nodeBytes.*: *:B
balance.traffic.nodes.*: sentBytes:B heardBytes:B
balance.traffic.hottestNodes.*: bytes:B
balance.traffic.hottest.*: bytes:B
balance.traffic.crossing: placed:share aware:share
balance.law: standardError:share
balance.law.check: passes mean standardError:share
faults.random.*: entry mtbfPerGpuHours acceleration drawn
faults.events.*: atSeconds:s detectedAtSeconds:s resumedAtSeconds:s outageSeconds:s ranksLost ranksSlowed drawnFrom slotsLost
faults.events.*.links: struck times downSeconds:s stops retries gaveUp localSeconds:s
faults.events.*.requests: failed requeued migrated
faults.events.*: tokensRecomputed kvBytesLost expertsMissing degradedTokens
faults.events.*.elsewhere: copies gateShare:share mostMissing experts
faults: longestOutageSeconds:s
faults.coverage.ranks: all covered mostMissing
faults.coverage.nodes: all covered mostMissing
faults.delays.*: mean:s p50:s p90:s p95:s p99:s p999:s max:s count
faults: inFlight downShare:share
checkpoints: copiedTokens copiedBytes:B busiestLinkShare
checkpoints.restored: requests tokens meanSeconds:s
speculation: drafts
speculation.tree: width verified
speculation: steps draftTokens acceptedTokens+ tokensPerStep+ tokensPerSecondPerUser
speculation.survival.*: share:share+
speculation: rejectedShare:share draftShare:share
retries: attempts attemptsPerRequest byClient byRouter refused failed timedOut
retries.wasted: promptTokens outputTokens share:share
retries.breakers: opened openSeconds:s
retries.levels: bucketSeconds:s
retries.levels.attemptsPerSecond: *+
retries.levels.wastedTokensPerSecond: *:tokens/s+
metric: cacheHits+ cacheHitsAtMost+ *
alerts.*: pendingAtSeconds:s firingAtSeconds:s resolvedAtSeconds:s
alertRules.*: above below forSeconds:s everySeconds:s fired pending longestPendingSeconds:s sustained
memory: weights:B kvReserved:B kvUsed:B workspace:B workspaceUsed:B planned:B reserved:B used:B limit:B share:%
pools.*: replicas gpus
pools.*.plan: ranks nodes pipelineStages interleave stages ranksPerPipelineStage ranksPerStage ranksPerLayer expertGroups tensorGroups contextRanks parameters activeParameters declaredParameters
pools.*.plan.weightBytesPerRank: min:B max:B
pools.*.plan: kvBytesPerToken:B requestBytes:B
pools.*.plan.flopsPerToken: *
pools.*: computeShare:share+
pools.*.kv: blockTokens blocks meanShare:share peakShare:share
pools.*.memory: weights:B kvReserved:B kvUsed:B workspace:B workspaceUsed:B planned:B reserved:B used:B limit:B share:%
transfers: count bytes:B
transfers.seconds: mean:s p50:s p90:s p95:s p99:s p999:s max:s
transfers.waitSeconds: mean:s p50:s p90:s p95:s p99:s p999:s max:s
`;
