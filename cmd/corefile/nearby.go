package main

import (
	"iter"
	"path/filepath"
	"strings"
)

// nearby holds objects of one kind, of which several may have one name.
type nearby[T any] struct {
	all    []T
	names  []string // each once
	firsts map[spot]T
}

// A spot is a name in a file, or in a folder and all below it.
type spot struct{ name, path string }

func (n *nearby[T]) add(name, path string, object T) {
	n.all = append(n.all, object)
	if n.firsts == nil {
		n.firsts = map[spot]T{}
	}
	if _, found := n.firsts[spot{name, ""}]; !found {
		n.names = append(n.names, name)
	}
	for above := range upwards(path) {
		if _, found := n.firsts[spot{name, above}]; !found {
			n.firsts[spot{name, above}] = object
		}
	}
}

// nearest returns the object of a name that is nearest to a path: in the same file, or else in
// the folder that has most of the path in common. Of several there, the first counts.
func (n *nearby[T]) nearest(name, path string) T {
	for above := range upwards(path) {
		if object, found := n.firsts[spot{name, above}]; found {
			return object
		}
	}
	var none T
	return none
}

// upwards yields a path, the folders that it is in, and "" for all there is.
func upwards(path string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for path := filepath.ToSlash(path); yield(path) && path != ""; {
			path = path[:max(strings.LastIndexByte(path, '/'), 0)]
		}
	}
}
