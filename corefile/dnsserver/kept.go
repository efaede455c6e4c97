package dnsserver

import (
	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// A reading is what a server made of a block that configurations have in common.
type reading struct {
	release, port string
	pod           reader.Pod
	block         Block
	// plain tells that it follows from these alone, and that there was nothing to say.
	plain bool
}

// kept returns a block as it was read for another configuration, if it is one that
// configurations have in common. Only the last server that read it is kept: there is hardly ever
// another.
func (c *checker) kept(block *corefile.Block) (b Block, found bool) {
	kept := block.Kept()
	if kept == nil || c.Full() {
		return Block{}, false
	}
	r, _ := kept.Load().(*reading)
	if r == nil || r.release != c.release.Name || r.port != c.port || !r.pod.SameNetwork(c.pod) {
		r = c.readAlone(block)
		kept.Store(r)
	}
	if !r.plain || c.listening+len(r.block.Zones) > maxListeners {
		return Block{}, false
	}
	c.listening += len(r.block.Zones)
	b = r.block
	b.Block = block
	return b, true
}

// readAlone reads a block as if there were no other.
func (c *checker) readAlone(block *corefile.Block) *reading {
	r := &reading{release: c.release.Name, port: c.port, pod: c.pod}
	asked := false
	r.pod.File = func(string) (string, bool) { // which may be of what is judged
		asked = true
		return "", false
	}
	alone := &checker{release: c.release, port: c.port, pod: r.pod}
	r.block = alone.readBlock(block)
	r.block.Block = nil // that is of one configuration
	r.plain = !asked && len(alone.Problems()) == 0 && alone.shared.Empty()
	return r
}
