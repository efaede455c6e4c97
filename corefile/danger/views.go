package danger

import (
	"fmt"
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
)

// shadowedViews warns of a view behind a block for the same zone that has none, and so takes the
// queries first.
func (c *checker) shadowedViews(b *block) {
	if b.View == nil || b.View.Token.Foreign() || len(b.zones) == 0 || !c.affordable() {
		return
	}
	var first *block
	for _, z := range b.zones {
		i := slices.IndexFunc(c.blocks, func(other block) bool {
			return other.Block == b.Block || !other.Uses("view") && listenAlike(b, &other) &&
				slices.ContainsFunc(other.zones, func(o dnsserver.Zone) bool { return o.Name == z.Name && o.Port == z.Port })
		})
		if other := &c.blocks[i]; other.Block == b.Block {
			return
		} else if first == nil {
			first = other
		}
	}
	c.report.Warn(b.View.Token, RuleUnreachable, fmt.Sprintf(
		"view: the server block on %s has the same zone, no view and comes first, so it takes the queries. Move it below this block", corefile.Place(first.Keys[0], b.View.Token)))
}
