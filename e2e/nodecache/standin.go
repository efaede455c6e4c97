// Package nodecache shows that the part node-cache-stand-in does to a node what
// node-cache does, in a network of its own.
package nodecache
