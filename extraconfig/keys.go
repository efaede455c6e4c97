package extraconfig

import (
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile"
)

// The rules of key names. Each is the Rule of a corefile.Problem.
const (
	RuleKeyCollision  = "key-collision"
	RuleKeyName       = "key-name"
	RuleKeyOverridden = "key-overridden"
	RuleKeyTooLong    = "key-too-long"
)

// maxKey is the longest name of a key that the API server stores.
const maxKey = 253

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

// A Rename is a key that is stored under another name than the writer's.
type Rename struct{ From, To string }

// String tells a person about the rename.
func (r Rename) String() string {
	return fmt.Sprintf("key %q renamed to %q: CoreDNS loads only keys ending in %q", r.From, r.To, corefileSuffix)
}

// Normalise returns what is stored where c is written and nothing is stored yet: see
// Write.Normalise.
func Normalise(c ConfigMap) (ConfigMap, []Rename, []corefile.Problem) {
	return Write{After: c}.Normalise()
}

// CheckKeys returns what is wrong with the key names of a write that should have been
// normalised, and warns of changes that will not last.
func (w Write) CheckKeys() []corefile.Problem {
	_, renames, problems := w.Normalise()
	for _, r := range renames {
		problems = append(problems, misnamed(r.From, r.To))
	}
	problems = append(problems, w.overridden()...)
	slices.SortStableFunc(problems, func(a, b corefile.Problem) int { return strings.Compare(a.File, b.File) })
	return problems
}

func misnamed(key, right string) corefile.Problem {
	return corefile.Problem{
		Rule: RuleKeyName, Severity: corefile.Error, File: key, Suggestion: right,
		Message: fmt.Sprintf("CoreDNS loads only keys ending in %q. Rename it to %q", corefileSuffix, right),
	}
}

// A KeyPolicy says what becomes of a wrong key name.
type KeyPolicy string

// The policies.
const (
	// NormaliseKeys fixes the name.
	NormaliseKeys KeyPolicy = "Normalise"
	// RejectKeys refuses the ConfigMap, with the right name in the message.
	RejectKeys KeyPolicy = "Reject"
)

// Judge returns a problem that CheckAsWritten has found as it is under the policy.
func (p KeyPolicy) Judge(problem corefile.Problem) corefile.Problem {
	if p == RejectKeys && problem.Rule == RuleKeyName {
		return misnamed(problem.File, problem.Suggestion)
	}
	return problem
}

// MarshalText returns the policy's name.
func (p KeyPolicy) MarshalText() ([]byte, error) { return []byte(p), nil }

// UnmarshalText reads a policy's name.
func (p *KeyPolicy) UnmarshalText(text []byte) error {
	switch policy := KeyPolicy(text); policy {
	case NormaliseKeys, RejectKeys:
		*p = policy
		return nil
	}
	return fmt.Errorf("%q is not a key policy. Write %s or %s", text, NormaliseKeys, RejectKeys)
}
