// Imports a module of the user. Scripts of the bundle are compiled by hand and cannot import; a file that Node itself loads can.
module.exports = (url) => import(url);
