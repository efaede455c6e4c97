package extraconfig

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"corewarden/corefile"
)

// The rules of key names. Each is the Rule of a corefile.Problem.
const (
	RuleKeyCollision = "key-collision"
	RuleKeyName      = "key-name"
	RuleKeyTooLong   = "key-too-long"
)

// maxKey is the longest name of a key that the API server stores.
const maxKey = 253

// A Rename is a key that Normalise renamed.
type Rename struct{ From, To string }

// String tells a person about the rename.
func (r Rename) String() string {
	return fmt.Sprintf("key %q is stored as %q: CoreDNS loads keys that end in %q", r.From, r.To, corefileSuffix)
}

// Normalise returns c with every wrong key name mended, what was renamed, and what stands
// in the way of a rename, which is then not done. It leaves c as it is. What it returns
// normalises to itself.
//
// A key that ends in Corefile stays. One that does but for the case gets the case mended.
// Any other gets ".Corefile" appended, unless a Corefile refers to it as a file.
//
// The annotation RenamedKeysAnnotation keeps the writer's name for a renamed key: when it
// comes back beside the stored one, as with every kubectl apply, it is the newer text.
func Normalise(c ConfigMap) (ConfigMap, []Rename, []corefile.Problem) {
	n := normaliser{given: c, renamed: provenance(c), result: ConfigMap{
		Data: maps.Clone(c.Data), BinaryData: maps.Clone(c.BinaryData), Annotations: maps.Clone(c.Annotations),
	}}
	if keys := n.misnamed(); len(keys) > 0 {
		files := slices.DeleteFunc(c.files(), func(f corefile.File) bool { return n.superseded(f.Name) })
		data := imports(files)
		data.addPaths(files)
		for _, key := range keys {
			if !data.toKey(key) {
				n.rename(key, normalName(key))
			}
		}
	}
	if len(n.renames) > 0 {
		n.record()
	}
	return n.result, n.renames, n.problems
}

// normalName returns the name under which a Corefile is loaded.
func normalName(key string) string {
	if isCorefile(key) {
		return key
	}
	if cut := len(key) - len(corefileSuffix); cut >= 0 && strings.EqualFold(key[cut:], corefileSuffix) {
		return key[:cut] + corefileSuffix
	}
	return key + "." + corefileSuffix
}

type normaliser struct {
	given, result ConfigMap
	renamed       map[string]string // stored name to the writer's
	renames       []Rename
	problems      []corefile.Problem
}

// misnamed returns the keys under whose names nothing is loaded, first those that
// were renamed before: to them belongs the stored name.
func (n *normaliser) misnamed() []string {
	var before, others []string
	for _, key := range n.given.keys() {
		switch {
		case isCorefile(key):
		case n.renamed[normalName(key)] == key:
			before = append(before, key)
		default:
			others = append(others, key)
		}
	}
	return append(before, others...)
}

// superseded reports whether a key is the stored one of a rename whose newer text has
// come back under the writer's name.
func (n *normaliser) superseded(key string) bool {
	from, found := n.renamed[key]
	_, back := n.given.text(from)
	return found && back
}

func (n *normaliser) rename(from, to string) {
	text, _ := n.given.text(from)
	if len(to) > maxKey {
		n.problem(from, RuleKeyTooLong, fmt.Sprintf(
			"the key would have to be named %s to be loaded, but a key has at most %d characters; shorten it and end it in %q", corefile.Quote(to), maxKey, corefileSuffix))
		return
	}
	if other, taken := n.result.text(to); taken && other != text && n.renamed[to] != from {
		n.problem(from, RuleKeyCollision, fmt.Sprintf(
			"the key would have to be named %q to be loaded, but there is such a key with another text; merge the two or give this one another name that ends in %q", to, corefileSuffix))
		return
	}
	delete(n.result.Data, to)
	delete(n.result.BinaryData, to)
	if value, binary := n.result.BinaryData[from]; binary {
		n.result.BinaryData[to] = value
		delete(n.result.BinaryData, from)
	} else {
		if n.result.Data == nil {
			n.result.Data = map[string]string{}
		}
		n.result.Data[to] = text
		delete(n.result.Data, from)
	}
	n.renamed[to] = from
	n.renames = append(n.renames, Rename{from, to})
}

func (n *normaliser) problem(key, rule, message string) {
	n.problems = append(n.problems, corefile.Problem{Rule: rule, Severity: corefile.Error, File: key, Message: message})
}

// provenance reads the annotation, as far as it can be true: a stored key is there, and
// the name it stands for is one that is renamed to it.
func provenance(c ConfigMap) map[string]string {
	renamed := map[string]string{}
	if json.Unmarshal([]byte(c.Annotations[RenamedKeysAnnotation]), &renamed) != nil || renamed == nil { // nil: the text is "null"
		return map[string]string{}
	}
	maps.DeleteFunc(renamed, func(to, from string) bool {
		_, stored := c.text(to)
		return !stored || normalName(from) != to
	})
	return renamed
}

func (n *normaliser) record() {
	text, err := json.Marshal(n.renamed)
	if err != nil {
		panic(err) // cannot be: it is a map of strings
	}
	if n.result.Annotations == nil {
		n.result.Annotations = map[string]string{}
	}
	n.result.Annotations[RenamedKeysAnnotation] = string(text)
}

// CheckKeys returns what is wrong with the key names of a ConfigMap that should have been
// normalised.
func CheckKeys(c ConfigMap) []corefile.Problem {
	_, renames, problems := Normalise(c)
	for _, r := range renames {
		problems = append(problems, corefile.Problem{
			Rule: RuleKeyName, Severity: corefile.Error, File: r.From, Suggestion: r.To,
			Message: fmt.Sprintf("CoreDNS loads only keys that end in %q; rename it to %q", corefileSuffix, r.To),
		})
	}
	slices.SortStableFunc(problems, func(a, b corefile.Problem) int { return strings.Compare(a.File, b.File) })
	return problems
}
