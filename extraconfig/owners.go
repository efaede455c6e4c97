package extraconfig

import (
	"fmt"
	"maps"
	"slices"

	"corewarden/corefile"
)

// A Manager is a field manager of the ConfigMap.
type Manager struct {
	// Name is that of a program, such as "kubectl-client-side-apply".
	Name string
	// Applies tells server-side apply, by which a manager owns what it applied last, from
	// all other writes, by which it owns what it changed last.
	Applies bool
}

// An Owner is a field manager and the keys that it owns.
type Owner struct {
	Manager
	// Keys are sorted.
	Keys []string
}

func (o Owner) owns(key string) bool {
	_, found := slices.BinarySearch(o.Keys, key)
	return found
}

// byManager returns the owners of a ConfigMap.
func (c ConfigMap) byManager() map[Manager]Owner {
	owners := make(map[Manager]Owner, len(c.Owners))
	for _, o := range c.Owners {
		owners[o.Manager] = o
	}
	return owners
}

// updateOwners gives each owner the keys that it would own if the writer had used the right
// names. The API server has recorded the owners of the keys as they were written.
func (n *normaliser) updateOwners() {
	before, after := n.Before.byManager(), n.After.byManager()
	owners := slices.Clone(n.After.Owners)
	for _, o := range n.Before.Owners {
		if _, found := after[o.Manager]; !found { // it may have lost what it gets back here
			owners = append(owners, Owner{Manager: o.Manager})
		}
	}
	for _, o := range owners {
		was := before[o.Manager]
		var keys []string
		for _, key := range o.Keys {
			to, _ := n.nameNow(key)
			removed := n.After.has(to) && !n.result.has(to)
			if n.from[to] == nil && !removed {
				keys = append(keys, to)
			}
		}
		for _, key := range slices.Concat(o.Keys, was.Keys) {
			if to := normalName(key); n.from[to] != nil && n.owns(o, was, to) {
				keys = append(keys, to)
			}
		}
		slices.Sort(keys)
		if keys = slices.Compact(keys); len(keys) > 0 {
			n.result.Owners = append(n.result.Owners, Owner{o.Manager, keys})
		}
	}
}

// owns reports whether an owner, which is o after the write and was before it, owns a key
// that was renamed.
func (n *normaliser) owns(o, was Owner, to string) bool {
	names := n.from[to]
	written := slices.ContainsFunc(names, o.owns)
	kept := o.owns(to) && n.result.same(to, n.After, to)
	if !n.unchanged(to) {
		return written || kept
	}
	// A write that changes nothing takes a key from nobody, though it came under another
	// name. It gives one only to who applies it.
	return was.owns(to) || slices.ContainsFunc(names, was.owns) || kept || written && o.Applies
}

// unchanged reports whether a key that was renamed is as it is stored already.
func (n *normaliser) unchanged(to string) bool {
	return slices.ContainsFunc(append(slices.Clip(n.from[to]), to), func(name string) bool { return n.result.same(to, n.Before, name) })
}

// overridden warns of changes of renamed keys that the next apply of their source undoes.
func (w Write) overridden() []corefile.Problem {
	applied := lastApplied(w.After)
	record := renamedKeys(w.Before)
	after := w.After.byManager()
	var problems []corefile.Problem
	for _, key := range slices.Sorted(maps.Keys(record)) {
		if !w.Before.has(key) || w.After.same(key, w.Before, key) {
			continue
		}
		source := ""
		if applied.has(key) && !applied.same(key, w.After, key) {
			source = "kubectl apply"
		}
		for _, o := range w.Before.Owners {
			if o.Applies && o.owns(key) && w.After.has(key) && !after[o.Manager].owns(key) {
				source = fmt.Sprintf("apply by field manager %q", o.Name)
			}
		}
		if source != "" {
			problems = append(problems, corefile.Problem{
				Rule: RuleKeyOverridden, Severity: corefile.Warning, File: key,
				Message: fmt.Sprintf("the next %s will undo this change. Change the key in its source too, where it was named %q", source, record[key]),
			})
		}
	}
	return problems
}
