package extraconfig_test

import (
	"encoding"
	"reflect"
	"testing"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

func TestCheckKeysNamesWhatWasNotNormalised(t *testing.T) {
	t.Parallel()
	got := extraconfig.Write{After: extraconfig.ConfigMap{Data: texts{
		"Corefile": "", "example.org": "example.org {\n}\n", "notes": "Call us.\n", "README": "Call us.\n", "x.corefile": "1", "x.Corefile": "2", "y.corefile": "1", "y.COREFILE": "2", "y": "3",
	}}}.CheckKeys()
	want := []corefile.Problem{
		{
			Rule: extraconfig.RuleNotLoaded, Severity: corefile.Warning, File: "README", Suggestion: "README.Corefile",
			Message: `nothing loads this key, as its name says. If it is a Corefile, name it "README.Corefile"`,
		},
		{
			Rule: extraconfig.RuleKeyName, Severity: corefile.Error, File: "example.org", Suggestion: "example.org.Corefile",
			Message: `CoreDNS loads only keys ending in "Corefile". Rename it to "example.org.Corefile"`,
		},
		{
			Rule: extraconfig.RuleKeyName, Severity: corefile.Error, File: "notes", Suggestion: "notes.Corefile",
			Message: `CoreDNS loads only keys ending in "Corefile". Rename it to "notes.Corefile", or to "notes.txt" if it is no Corefile`,
		},
		{
			Rule: extraconfig.RuleKeyCollision, Severity: corefile.Error, File: "x.corefile",
			Message: `to be loaded, the key must be named "x.Corefile", but that key exists with another text. Merge the two, or give this one another name ending in "Corefile"`,
		},
		{
			Rule: extraconfig.RuleKeyCollision, Severity: corefile.Error, File: "y",
			Message: `to be loaded, the key must be named "y.Corefile", and so must "y.COREFILE" and "y.corefile", with another text. Merge them, or give each another name ending in "Corefile"`,
		},
		{
			Rule: extraconfig.RuleKeyCollision, Severity: corefile.Error, File: "y.COREFILE",
			Message: `to be loaded, the key must be named "y.Corefile", and so must "y" and "y.corefile", with another text. Merge them, or give each another name ending in "Corefile"`,
		},
		{
			Rule: extraconfig.RuleKeyCollision, Severity: corefile.Error, File: "y.corefile",
			Message: `to be loaded, the key must be named "y.Corefile", and so must "y" and "y.COREFILE", with another text. Merge them, or give each another name ending in "Corefile"`,
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestChangesThatDoNotLast says who is warned that the source of a key, which has another
// name for it, will undo what was changed.
func TestChangesThatDoNotLast(t *testing.T) {
	t.Parallel()
	record := texts{"x.Corefile": "x"}
	const (
		byFlux    = `the next apply by field manager "flux" will undo this change. Change the key in its source too, where it was named "x"`
		byKubectl = `the next kubectl apply will undo this change. Change the key in its source too, where it was named "x"`
	)
	for _, test := range []struct {
		name          string
		before, after side
		want          string // "" for no warning
	}{
		{
			"an edit of what is applied server-side",
			side{data: texts{"x.Corefile": "1"}, record: record, owners: []string{"flux: x.Corefile"}},
			side{data: texts{"x.Corefile": "2"}, record: record, owners: []string{"edit= x.Corefile"}},
			byFlux,
		},
		{
			"the next apply of the source",
			side{data: texts{"x.Corefile": "2"}, record: record, owners: []string{"edit= x.Corefile"}},
			side{data: texts{"x.Corefile": "1"}, record: record, owners: []string{"flux: x.Corefile"}},
			"",
		},
		{
			"an apply by the source itself",
			side{data: texts{"x.Corefile": "1"}, record: record, owners: []string{"flux: x.Corefile"}},
			side{data: texts{"x.Corefile": "2"}, record: record, owners: []string{"flux: x.Corefile"}},
			"",
		},
		{
			"an edit of what kubectl apply applies",
			side{data: texts{"x.Corefile": "1"}, record: record, manifest: texts{"x.Corefile": "1"}},
			side{data: texts{"x.Corefile": "2"}, record: record, manifest: texts{"x.Corefile": "1"}},
			byKubectl,
		},
		{
			"a removal of what kubectl apply applies",
			side{data: texts{"x.Corefile": "1"}, record: record, manifest: texts{"x.Corefile": "1"}},
			side{record: texts{}, manifest: texts{"x.Corefile": "1"}},
			byKubectl,
		},
		{
			"the next kubectl apply",
			side{data: texts{"x.Corefile": "2"}, record: record, manifest: texts{"x.Corefile": "1"}},
			side{data: texts{"x.Corefile": "3"}, record: record, manifest: texts{"x.Corefile": "3"}},
			"",
		},
		{
			"a key that has the same name in its source",
			side{data: texts{"x.Corefile": "1"}, owners: []string{"flux: x.Corefile"}},
			side{data: texts{"x.Corefile": "2"}, owners: []string{"edit= x.Corefile"}},
			"",
		},
		{
			"a key that nobody applies",
			side{data: texts{"x.Corefile": "1"}, record: record, owners: []string{"create= x.Corefile"}},
			side{data: texts{"x.Corefile": "2"}, record: record, owners: []string{"edit= x.Corefile"}},
			"",
		},
		{
			"another key",
			side{data: texts{"x.Corefile": "1"}, record: record, owners: []string{"flux: x.Corefile"}},
			side{data: texts{"x.Corefile": "1", "y.Corefile": "2"}, record: record, owners: []string{"flux: x.Corefile", "edit= y.Corefile"}},
			"",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := extraconfig.Write{Before: test.before.value(), After: test.after.value()}.CheckKeys()
			var want []corefile.Problem
			if test.want != "" {
				want = []corefile.Problem{{Rule: extraconfig.RuleKeyOverridden, Severity: corefile.Warning, File: "x.Corefile", Message: test.want}}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestKeyPolicyIsReadByName(t *testing.T) {
	t.Parallel()
	var policy extraconfig.KeyPolicy
	var _ encoding.TextMarshaler = policy
	for _, want := range []extraconfig.KeyPolicy{extraconfig.NormaliseKeys, extraconfig.RejectKeys} {
		if err := policy.UnmarshalText([]byte(want)); err != nil || policy != want {
			t.Errorf("%s is read as %s, %v", want, policy, err)
		}
	}
	if err := policy.UnmarshalText([]byte("normalise")); err == nil || policy != extraconfig.RejectKeys {
		t.Errorf("normalise is read as %s, %v; want an error", policy, err)
	}
}
