package dnsserver

import (
	"slices"

	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
)

// checkLoops checks that loop is in no block of which except removes every address. Before CoreDNS
// 1.13.0 it panics there, in the background: a server that listens nowhere has ended by then.
func (c *checker) checkLoops(blocks []Block) {
	listens := func(b Block) bool {
		return len(b.Zones) > 0 && slices.ContainsFunc(b.Addresses(), func(a plugin.Address) bool { return !a.Doubtful })
	}
	if c.release.AtLeast("1.13.0") || !slices.ContainsFunc(blocks, listens) {
		return
	}
	for i := range blocks {
		b := &blocks[i]
		if len(b.Addresses()) > 0 || len(b.Zones) == 0 {
			continue
		}
		for _, d := range b.Plugins() {
			if d.Name() == "loop" {
				c.Error(d.Tokens[0], reader.RuleConflict, "loop: except of bind removes every address of this block, and then loop makes the server panic. Bind another address")
			}
		}
	}
}
