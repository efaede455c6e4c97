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
	RuleNoCorefile    = "no-corefile"
)

// maxKey is the longest name of a key that the API server stores.
const maxKey = 253

// normalName returns the name under which a Corefile is loaded.
func normalName(key string) string {
	if isCorefile(key) {
		return key
	}
	if saysCorefile(key) {
		return key[:len(key)-len(corefileSuffix)] + corefileSuffix
	}
	return key + "." + corefileSuffix
}

// A Rename is a key that is stored under another name than the writer's.
type Rename struct{ From, To string }

// String tells a person about the rename.
func (r Rename) String() string { return r.told("renamed") }

// Would tells a person about a rename that is not done.
func (r Rename) Would() string { return r.told("would be renamed") }

func (r Rename) told(how string) string {
	return fmt.Sprintf("key %q %s to %q: CoreDNS loads only keys ending in %q", r.From, how, r.To, corefileSuffix)
}

// CheckKeys returns what is wrong with the key names of a write that should have been
// normalised, and warns of keys that nothing loads and of changes that will not last.
func (w Write) CheckKeys() []corefile.Problem {
	_, renames, problems := w.Normalise()
	for _, r := range renames {
		problems = append(problems, misnamed(w.After.File(r.From), r.To))
	}
	problems = append(problems, w.overridden()...)
	slices.SortStableFunc(problems, func(a, b corefile.Problem) int { return strings.Compare(a.File, b.File) })
	return problems
}

func misnamed(file corefile.File, right string) corefile.Problem {
	message := fmt.Sprintf("CoreDNS loads only keys ending in %q. Rename it to %q", corefileSuffix, right)
	if isNoCorefile(file.Name, file.Text) {
		message += fmt.Sprintf(", or to %q if it is no Corefile", offName(file.Name))
	}
	return corefile.Problem{Rule: RuleKeyName, Severity: corefile.Error, File: file.Name, Suggestion: right, Message: message}
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

// Judge returns a problem that CheckAsWritten has found in a file as it is under the policy.
func (p KeyPolicy) Judge(file corefile.File, problem corefile.Problem) corefile.Problem {
	if p == RejectKeys && problem.Rule == RuleKeyName {
		return misnamed(file, problem.Suggestion)
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
