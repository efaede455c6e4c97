package extraconfig

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"corewarden/corefile"
)

// A Write is a request to store the ConfigMap, as admission sees it.
type Write struct {
	// Before is what is stored: nothing where the ConfigMap is created.
	Before ConfigMap
	// After is what the API server has made of the request, its record of the owners
	// included.
	After ConfigMap
	// Uses, if given, reports whether a server needs a key under the name that it has: see
	// Cluster.Uses.
	Uses func(key string) bool
}

// Normalise returns what to store instead of w.After, what was renamed, and what is to be
// said of the other keys that no server loads: an Error stands in the way of a rename, which is
// then not done. It leaves w as it is. What it returns normalises to itself.
//
// A key that ends in Corefile stays. One that ends in it with another case gets the case fixed.
// Any other gets ".Corefile" appended, unless it is used under its name, by a server or by a
// Corefile that refers to it as a file, or its name says that it is off.
//
// What is returned is what would have come of the write if the writer had used the right
// names. So a key is renamed wherever the object speaks of it: in the data, in the record
// of its owners and in that of the last kubectl apply. From those two each client computes
// its next change, and so what a source no longer holds goes by itself.
//
// Where a client has no record there, RenamedKeysAnnotation tells the writer's name of a
// stored key: when it comes back beside the stored key, it is the newer text.
func (w Write) Normalise() (ConfigMap, []Rename, []corefile.Problem) {
	n := normaliser{Write: w, record: w.provenance(), contradicted: w.contradicted(), from: map[string][]string{}, result: ConfigMap{
		Data: maps.Clone(w.After.Data), BinaryData: maps.Clone(w.After.BinaryData), Annotations: maps.Clone(w.After.Annotations), Immutable: w.After.Immutable,
	}}
	n.rename()
	n.updateRecord()
	n.updateLastApplied()
	n.updateOwners()
	return n.result, n.renames(), n.problems
}

type normaliser struct {
	Write
	result       ConfigMap
	record       map[string]string   // of earlier renames: the stored name to the writer's
	contradicted map[string]bool     // wrong names that stand beside the right ones
	from         map[string][]string // by the stored name the writer's, for what is renamed now
	problems     []corefile.Problem
}

// rename renames the keys of the result.
func (n *normaliser) rename() {
	misnamed := slices.DeleteFunc(n.After.keys(), isCorefile)
	if _, many := n.After.tooManyKeys(); many || len(misnamed) == 0 {
		return // so many are refused anyway
	}
	referred := n.referred()
	wanted := map[string][]string{} // by the stored name, those that would be stored under it
	for _, key := range misnamed {
		to, used := normalName(key), n.used(key) || referred.toKey(key)
		if !used && !isOff(n.After.File(key)) {
			wanted[to] = append(wanted[to], key)
			continue
		}
		if n.record[to] == key && n.superseded(to) {
			n.remove(to) // it was a Corefile, and has its own name back
		}
		if !used {
			n.problems = append(n.problems, n.After.leftAlone(key))
		}
	}
	for _, to := range slices.Sorted(maps.Keys(wanted)) {
		n.store(to, wanted[to])
	}
}

func (n *normaliser) used(key string) bool { return n.Uses != nil && n.Uses(key) }

// maxChain is how many files that are off are followed from one to the next.
const maxChain = 10

// referred returns what the files refer to. Those that are off, such as a README, count only
// where they are used themselves.
func (n *normaliser) referred() references {
	var files, off []corefile.File
	for _, f := range n.After.files() {
		switch {
		case n.superseded(f.Name):
		case isCorefile(f.Name) || n.used(f.Name) || !isOff(f):
			files = append(files, f)
		default:
			off = append(off, f)
		}
	}
	r := imports(nil)
	for range maxChain {
		r.addImports(files)
		r.addPaths(files)
		files = nil
		off = slices.DeleteFunc(off, func(f corefile.File) bool {
			if !r.toKey(f.Name) {
				return false
			}
			files = append(files, f)
			return true
		})
	}
	return r
}

// superseded reports whether a key holds an older text: it is as it was stored, and the
// text that its writer has for it now came under the writer's own name.
func (n *normaliser) superseded(key string) bool {
	from, found := n.record[key]
	return found && n.After.has(from) && !n.Before.has(from) && n.After.same(key, n.Before, key) && !n.contradicted[from]
}

// contradicted returns the wrong names that are beside the right ones in a manifest that
// was applied. In another write, the right name may be there because it was there before.
func (w Write) contradicted() map[string]bool {
	manifests := [][]string{lastApplied(w.After).keys()}
	for _, o := range w.After.Owners {
		if o.Applies {
			manifests = append(manifests, o.Keys)
		}
	}
	contradicted := map[string]bool{}
	for _, keys := range manifests {
		for _, key := range keys {
			if _, found := slices.BinarySearch(keys, normalName(key)); found && !isCorefile(key) {
				contradicted[key] = true
			}
		}
	}
	return contradicted
}

// store moves keys to the name under which they are loaded, if they agree on the text.
func (n *normaliser) store(to string, from []string) {
	if len(to) > maxKey {
		for _, key := range from {
			n.problem(key, RuleKeyTooLong, fmt.Sprintf(
				"to be loaded, the key must be named %s, but a key has at most %d characters. Shorten it and end it in %q", corefile.Quote(to), maxKey, corefileSuffix))
		}
		return
	}
	rivals := slices.Clone(from)
	if n.After.has(to) && !n.superseded(to) {
		rivals = append(rivals, to)
	}
	if n.differ(rivals) {
		for _, key := range from {
			n.problem(key, RuleKeyCollision, collision(key, to, rivals))
		}
		return
	}
	text, _ := n.After.text(from[0])
	_, binary := n.After.BinaryData[from[0]]
	for _, key := range append(rivals, to) {
		n.remove(key)
	}
	if binary {
		n.result.BinaryData[to] = n.After.BinaryData[from[0]]
	} else {
		if n.result.Data == nil {
			n.result.Data = map[string]string{}
		}
		n.result.Data[to] = text
	}
	n.from[to] = from
}

func (n *normaliser) remove(key string) {
	delete(n.result.Data, key)
	delete(n.result.BinaryData, key)
}

// differ reports whether keys have different texts.
func (n *normaliser) differ(keys []string) bool {
	first, _ := n.After.text(keys[0])
	return slices.ContainsFunc(keys, func(key string) bool {
		text, _ := n.After.text(key)
		return text != first
	})
}

func collision(key, to string, rivals []string) string {
	others := slices.DeleteFunc(slices.Clone(rivals), func(r string) bool { return r == key })
	if slices.Equal(others, []string{to}) {
		return fmt.Sprintf("to be loaded, the key must be named %q, but that key exists with another text. Merge the two, or give this one another name ending in %q", to, corefileSuffix)
	}
	return fmt.Sprintf("to be loaded, the key must be named %q, and so must %s, with another text. Merge them, or give each another name ending in %q", to, quoteAll(others), corefileSuffix)
}

// maxNames is how many names a message lists.
const maxNames = 3

func quoteAll(names []string) string {
	var quoted []string
	for i, name := range names {
		if i == maxNames {
			quoted = append(quoted, fmt.Sprintf("%d more", len(names)-i))
			break
		}
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	return strings.Join(quoted, " and ")
}

func (n *normaliser) problem(key, rule, message string) {
	n.problems = append(n.problems, corefile.Problem{Rule: rule, Severity: corefile.Error, File: key, Message: message})
}

// renames returns what was renamed, in the order of the writer's names.
func (n *normaliser) renames() []Rename {
	var renames []Rename
	for to, keys := range n.from {
		for _, from := range keys {
			renames = append(renames, Rename{from, to})
		}
	}
	slices.SortFunc(renames, func(a, b Rename) int { return strings.Compare(a.From, b.From) })
	return renames
}
