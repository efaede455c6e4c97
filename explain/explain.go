// Package explain says in short lines what a change of a ConfigMap does to names.
//
// It quotes nothing that the ConfigMap itself does not say, before or after the change. What
// another one says is told by its place.
package explain

import (
	"context"
	"errors"
	"slices"
	"strings"

	"corewarden/corefile/query"
	"corewarden/extraconfig"
)

// The bounds of what is explained. Both systems are asked for each name with each type.
const (
	maxBytes = 256 << 10
	maxNames = 5000
)

// ErrTooLarge says that it would take too much to explain a change.
var ErrTooLarge = errors.New("the change is too large to explain")

// A Change is one of a ConfigMap.
type Change struct {
	// Cluster is what is known of the servers that load it.
	Cluster extraconfig.Cluster
	// ConfigMap is its name.
	ConfigMap     string
	Before, After extraconfig.ConfigMap
}

// An Effect is what a change does to some names.
type Effect struct {
	// text is a sentence, or "" where the ConfigMap has none of the names.
	text string
	// names are those that it is about.
	names []string
	// rank says how important it is: 0 is the most.
	rank int
}

// Effects are what a change does to names, the most important first.
type Effects []Effect

// Effects compares what becomes of queries for names before and after the change: those of
// pods, to node-local-dns where there is one, and if none of them changes, those to CoreDNS. It is
// an error if a server does not start on one of the two, if that is too much work, or if ctx ends.
func (c Change) Effects(ctx context.Context) (Effects, error) {
	words := ownWords(c.ConfigMap, c.Before, c.After)
	if len(words.text) > maxBytes {
		return nil, ErrTooLarge
	}
	before, errBefore := c.Cluster.WithConfigMap(c.ConfigMap, c.Before).DNS()
	after, errAfter := c.Cluster.WithConfigMap(c.ConfigMap, c.After).DNS()
	if err := errors.Join(errBefore, errAfter); err != nil {
		return nil, err
	}
	asked := ""
	for _, name := range []string{"node-local-dns", "coredns"} {
		was, is := serverOf(before, name), serverOf(after, name)
		if was == nil || is == nil {
			continue
		}
		changes, _, err := query.DiffWithin(ctx, maxNames, before, after, was, is)
		switch {
		case errors.Is(err, query.ErrTooMany), errors.Is(err, context.DeadlineExceeded):
			return nil, ErrTooLarge
		case err != nil:
			return nil, err
		case len(changes) > 0:
			return words.effects(asked, changes), nil
		}
		asked = "asked of coredns, "
	}
	return nil, nil
}

func serverOf(s query.System, name string) *query.Server {
	i := slices.IndexFunc(s, func(server *query.Server) bool { return server.Name == name })
	if i < 0 {
		return nil
	}
	return s[i]
}

// Lines returns at most so many lines. The last counts what the others leave out.
func (e Effects) Lines(most int) []string {
	told := slices.DeleteFunc(slices.Clone(e), func(effect Effect) bool { return effect.text == "" })
	if len(told) > most || len(told) == most && len(told) < len(e) {
		told = told[:most-1]
	}
	var lines []string
	for _, effect := range told {
		lines = append(lines, effect.text)
	}
	if more := len(e) - len(told); more > 0 {
		lines = append(lines, counted(more, "more change")+" of names")
	}
	return lines
}

// Line is Lines in one line, or "" where no name changes.
func (e Effects) Line() string {
	if len(e) == 0 || e[0].text == "" {
		return strings.Join(e.Lines(1), "")
	}
	line := e[0].text
	if more := e.names() - e[:1].names(); more > 0 {
		line += ", " + counted(more, "more name")
	}
	return line
}

// names returns how many names there are in all.
func (e Effects) names() int {
	all := map[string]bool{}
	for _, effect := range e {
		for _, name := range effect.names {
			all[name] = true
		}
	}
	return len(all)
}
