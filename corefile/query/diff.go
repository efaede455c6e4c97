package query

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
)

// A Change is a group of questions that one System answers in one way and another System in
// another way.
type Change struct {
	// Names are the names with the types for which that holds. One with the label Fresh stands
	// for all names at its place that are not told apart.
	Names []ChangedName
	// Before and After are what becomes of one of the questions; of the others it is the same,
	// but for their names in the answers.
	Before, After Result
}

// A ChangedName is a name and the types of questions whose fate changes. AllTypes tells that
// these are all that were compared.
type ChangedName struct {
	Name     string
	Types    []uint16
	AllTypes bool
}

// ErrTooMany says that there are more names to compare than was asked for.
var ErrTooMany = errors.New("there are too many names to compare")

// Diff compares what becomes of each class of questions that pods send to a server of one
// system, before, and of another, after. The tokens are regular expressions, which tell apart
// names that it does not compare.
func Diff(before, after System, asked, askedAfter *Server) ([]Change, []corefile.Token) {
	changes, unsure, err := DiffWithin(context.Background(), math.MaxInt, before, after, asked, askedAfter)
	if err != nil {
		panic(err) // without a bound there is none
	}
	return changes, unsure
}

// DiffWithin is Diff for no more than a number of names, and until ctx ends.
func DiffWithin(ctx context.Context, most int, before, after System, asked, askedAfter *Server) ([]Change, []corefile.Token, error) {
	c := classesOf(most, before, after)
	if c.tooMany {
		return nil, nil, ErrTooMany
	}
	names, types := c.sorted()
	var changes []Change
	index := map[string]int{} // of changes, by their fates
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		for _, t := range types {
			q := Question{name, t}
			old, now := before.Ask(asked, q), after.Ask(askedAfter, q)
			was, is := old.fate(), now.fate()
			if was == is {
				continue
			}
			key := was + "\x00" + is
			if name != "." {
				key = strings.ReplaceAll(key, name, "\x01")
			}
			i, found := index[key]
			if !found {
				i = len(changes)
				index[key] = i
				changes = append(changes, Change{Before: old, After: now})
			}
			changes[i].add(name, t, len(types))
		}
	}
	for i := range changes {
		changes[i].Names = simplified(changes[i].Names)
	}
	return changes, c.unsure, nil
}

func (c *Change) add(name string, t uint16, all int) {
	last := len(c.Names) - 1
	if last < 0 || c.Names[last].Name != name {
		c.Names = append(c.Names, ChangedName{Name: name})
		last++
	}
	c.Names[last].Types = append(c.Names[last].Types, t)
	c.Names[last].AllTypes = len(c.Names[last].Types) == all
}

// simplified returns names without those that another one stands for.
func simplified(names []ChangedName) []ChangedName {
	has := map[string]ChangedName{}
	for _, n := range names {
		has[n.Name] = n
	}
	same := func(name string, n ChangedName) bool {
		other, found := has[name]
		return found && name != n.Name && slices.Equal(other.Types, n.Types)
	}
	return slices.DeleteFunc(slices.Clone(names), func(n ChangedName) bool {
		labels := dns.SplitDomainName(n.Name)
		for below := 1; below <= len(labels); below++ {
			child := Fresh + "." + strings.Join(append(labels[below:], ""), ".")
			deeper := Fresh + "." + child
			if below == 1 && same(child, n) || below > 1 && (same(deeper, n) || n.Name == deeper && same(child, n)) {
				return true
			}
		}
		return false
	})
}

// fate is how a query ends, without the way there.
func (r Result) fate() string {
	var text strings.Builder
	text.WriteString(r.text() + "\n" + strings.Join(r.On, "\n"))
	for _, e := range r.Cases {
		text.WriteString("\n" + e.If + "\n" + e.text())
	}
	return text.String()
}
