package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// report writes what the two have different, in groups, each sorted.
func report(out io.Writer, was, is source) error {
	p := printer{out: out}
	p.group("Directives")
	p.changes(places(was.directives), places(is.directives), "  %c %-34s the %d. in order")
	for _, name := range moved(was.directives, is.directives) {
		p.linef("  ~ %-34s the %d. in order", name, places(is.directives)[name])
	}
	for _, name := range union(was.plugins, is.plugins) {
		p.group("Plugin " + name)
		p.files(was.plugins[name], is.plugins[name])
	}
	p.group("What all plugins go through")
	p.files(was.shared, is.shared)
	p.group("Modules that read configuration")
	for _, module := range union(was.modules, is.modules) {
		if before, after := was.modules[module], is.modules[module]; before != after {
			p.linef("  %s %s -> %s", module, cmp.Or(before, "none"), cmp.Or(after, "none"))
		}
	}
	if !p.written {
		p.heading = ""
		p.linef("\nNothing changed.")
	}
	return p.err
}

// A printer writes groups of lines, and none that is empty.
type printer struct {
	out     io.Writer
	heading string // of the group, until its first line is written
	written bool
	err     error // the first of writing
}

func (p *printer) group(heading string) { p.heading = heading }

func (p *printer) linef(format string, args ...any) {
	if p.heading != "" {
		format = "\n%s\n" + format
		args = append([]any{p.heading}, args...)
		p.heading = ""
	}
	_, err := fmt.Fprintln(p.out, strings.TrimRight(fmt.Sprintf(format, args...), " "))
	p.err = cmp.Or(p.err, err)
	p.written = true
}

// changes writes what came and what went, each with its sign, name and number.
func (p *printer) changes(was, is map[string]int, format string) {
	for _, name := range union(was, is) {
		before, found := was[name]
		after, finds := is[name]
		switch {
		case !found:
			p.linef(format, '+', name, after)
		case !finds:
			p.linef(format, '-', name, before)
		}
	}
}

// files writes the files that changed, with how many lines came and went, and under each
// the words that did.
func (p *printer) files(was, is files) {
	for _, name := range union(was, is) {
		before, found := was[name]
		after, finds := is[name]
		if before.text == after.text {
			continue
		}
		what := "changed"
		switch {
		case !found:
			what = "new"
		case !finds:
			what = "removed"
		}
		removed, added := diffSize(before.text, after.text)
		p.linef("  %-8s %-40s +%d -%d", what, name, added, removed)
		p.changes(before.words, after.words, "    %c %-30s line %d")
	}
}

// diffSize returns how many lines the shortest difference takes away and adds.
func diffSize(was, is string) (removed, added int) {
	before, after := lines(was), lines(is)
	for len(before) > 0 && len(after) > 0 && before[0] == after[0] {
		before, after = before[1:], after[1:]
	}
	// common[j] is the length of the longest common subsequence of the lines of before so
	// far and the first j of after.
	common := make([]int, len(after)+1)
	for _, line := range before {
		diagonal := 0
		for j := range after {
			above := common[j+1]
			if line == after[j] {
				common[j+1] = diagonal + 1
			} else {
				common[j+1] = max(above, common[j])
			}
			diagonal = above
		}
	}
	return len(before) - common[len(after)], len(after) - common[len(after)]
}

func lines(text string) []string {
	return slices.Collect(strings.Lines(text))
}

// places returns the place of each name in the list, from 1.
func places(names []string) map[string]int {
	at := map[string]int{}
	for i, name := range names {
		at[name] = i + 1
	}
	return at
}

// moved returns the fewest names whose move explains the order in which both lists hold
// their common names.
func moved(was, is []string) []string {
	before := places(was)
	common := slices.DeleteFunc(slices.Clone(is), func(name string) bool { return before[name] == 0 })
	// kept[i] are the most names up to common[i], with it, that stand in the same order.
	kept := make([][]string, len(common))
	var most []string
	for i, name := range common {
		for j := range i {
			if before[common[j]] < before[name] && len(kept[j]) > len(kept[i]) {
				kept[i] = kept[j]
			}
		}
		kept[i] = append(slices.Clone(kept[i]), name)
		if len(kept[i]) > len(most) {
			most = kept[i]
		}
	}
	return slices.DeleteFunc(common, func(name string) bool { return slices.Contains(most, name) })
}

// union returns the keys of either, sorted.
func union[V any](a, b map[string]V) []string {
	return slices.Compact(slices.Sorted(func(yield func(string) bool) {
		for _, m := range []map[string]V{a, b} {
			for name := range maps.Keys(m) {
				if !yield(name) {
					return
				}
			}
		}
	}))
}
