package danger

import (
	"fmt"
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/plugin"
)

// shadowedViews warns of a view behind a block for the same zone that takes all of its queries first:
// one without a view, or with no other expressions than it has itself.
func (c *checker) shadowedViews(b *block) {
	if b.View == nil || b.View.Token.Foreign() || len(b.zones) == 0 || !c.affordable() {
		return
	}
	var first *block
	for _, z := range b.zones {
		i := slices.IndexFunc(c.blocks, func(other block) bool {
			return other.Block == b.Block || takesAsMuch(&other, b) && listenAlike(b, &other) &&
				slices.ContainsFunc(other.zones, func(o dnsserver.Zone) bool { return o.Name == z.Name && o.Port == z.Port })
		})
		if other := &c.blocks[i]; other.Block == b.Block {
			return
		} else if first == nil {
			first = other
		}
	}
	view := "no view"
	if first.View != nil {
		view = "a view that takes as much"
	}
	c.report.Warn(b.View.Token, RuleUnreachable, fmt.Sprintf(
		"view: the server block on %s has the same zone, %s and comes first, so it takes the queries. Move it below this block", corefile.Place(first.Keys[0], b.View.Token), view))
}

// takesAsMuch reports whether a block takes every query that the view of another one does.
func takesAsMuch(other, b *block) bool {
	return other.View == nil && !other.Uses("view") || other.View != nil && !slices.ContainsFunc(other.View.Expressions, func(e plugin.Expression) bool {
		same := func(own plugin.Expression) bool { return own.Text == e.Text && !e.Token.DependsOnEnvironment() }
		return e.Text != "true" && !slices.ContainsFunc(b.View.Expressions, same)
	})
}
