package extraconfig_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

// renamed is the annotation that records renames, from the stored name to the writer's.
func renamed(keys map[string]string) map[string]string {
	text, err := json.Marshal(keys)
	if err != nil {
		panic(err)
	}
	return map[string]string{extraconfig.RenamedKeysAnnotation: string(text)}
}

// TestNormalise is the specification of the rules of key names: for a ConfigMap, what is
// stored, what is told as renamed and what stands in the way. A case without "want" stays
// as it is.
func TestNormalise(t *testing.T) {
	t.Parallel()
	type (
		texts   = map[string]string
		bytes   = map[string][]byte
		value   = extraconfig.ConfigMap
		renames = []extraconfig.Rename
	)
	long := strings.Repeat("a", 245) // with ".Corefile" one more than fits
	for _, test := range []struct {
		name        string
		given, want value
		renames     renames
		problems    []string // the rule and the key
	}{
		{name: "an empty ConfigMap stays"},
		{name: "Corefile stays", given: value{Data: texts{"Corefile": "x"}}},
		{name: "a name that ends in Corefile stays", given: value{Data: texts{"my.Corefile": "x", "myCorefile": "y", "-Corefile": "z"}}},
		{
			name:  "another name gets the suffix",
			given: value{Data: texts{"example.org": "x"}},
			want:  value{Data: texts{"example.org.Corefile": "x"}, Annotations: renamed(texts{"example.org.Corefile": "example.org"})},
			renames: renames{
				{From: "example.org", To: "example.org.Corefile"},
			},
		},
		{
			name:  "Corefile with more behind it gets the suffix",
			given: value{Data: texts{"Corefile.txt": "x"}},
			want:  value{Data: texts{"Corefile.txt.Corefile": "x"}, Annotations: renamed(texts{"Corefile.txt.Corefile": "Corefile.txt"})},
			renames: renames{
				{From: "Corefile.txt", To: "Corefile.txt.Corefile"},
			},
		},
		{
			name:  "the suffix in another case gets the case fixed",
			given: value{Data: texts{"my.corefile": "x", "COREFILE": "y"}},
			want:  value{Data: texts{"my.Corefile": "x", "Corefile": "y"}, Annotations: renamed(texts{"my.Corefile": "my.corefile", "Corefile": "COREFILE"})},
			renames: renames{
				{From: "COREFILE", To: "Corefile"},
				{From: "my.corefile", To: "my.Corefile"},
			},
		},
		{
			name:  "binaryData is renamed like data",
			given: value{BinaryData: bytes{"x": {1}}},
			want:  value{BinaryData: bytes{"x.Corefile": {1}}, Annotations: renamed(texts{"x.Corefile": "x"})},
			renames: renames{
				{From: "x", To: "x.Corefile"},
			},
		},
		{
			name:  "other annotations stay",
			given: value{Data: texts{"x": ""}, Annotations: texts{"a": "b"}},
			want:  value{Data: texts{"x.Corefile": ""}, Annotations: texts{"a": "b", extraconfig.RenamedKeysAnnotation: `{"x.Corefile":"x"}`}},
			renames: renames{
				{From: "x", To: "x.Corefile"},
			},
		},

		// Keys that others refer to are data.
		{name: "a file that a Corefile imports stays", given: value{Data: texts{"Corefile": "import plugins", "plugins": "log"}}},
		{name: "files that a pattern imports stay", given: value{Data: texts{"Corefile": "import *.conf", "a.conf": "log", "b.conf": "log"}}},
		{name: "a file that is named by its path stays", given: value{Data: texts{"Corefile": "a {\n hosts /etc/coredns/extra-configs/hosts\n}", "hosts": "1.2.3.4 a"}}},
		{
			name:  "a file that a key with a wrong name refers to stays",
			given: value{Data: texts{"example.org": "import plugins", "plugins": "log"}},
			want:  value{Data: texts{"example.org.Corefile": "import plugins", "plugins": "log"}, Annotations: renamed(texts{"example.org.Corefile": "example.org"})},
			renames: renames{
				{From: "example.org", To: "example.org.Corefile"},
			},
		},
		{
			name:  "a name in a comment or in a word is no reference",
			given: value{Data: texts{"Corefile": "# import hosts\na.org {\n log myhosts hosts\n}", "hosts": "x"}},
			want:  value{Data: texts{"Corefile": "# import hosts\na.org {\n log myhosts hosts\n}", "hosts.Corefile": "x"}, Annotations: renamed(texts{"hosts.Corefile": "hosts"})},
			renames: renames{
				{From: "hosts", To: "hosts.Corefile"},
			},
		},
		{
			name:  "a reference to itself does not count",
			given: value{Data: texts{"x": "import x\nimport *"}},
			want:  value{Data: texts{"x.Corefile": "import x\nimport *"}, Annotations: renamed(texts{"x.Corefile": "x"})},
			renames: renames{
				{From: "x", To: "x.Corefile"},
			},
		},

		// Two keys for one name.
		{
			name:  "the same text under both names is one",
			given: value{Data: texts{"x": "1", "x.Corefile": "1"}},
			want:  value{Data: texts{"x.Corefile": "1"}, Annotations: renamed(texts{"x.Corefile": "x"})},
			renames: renames{
				{From: "x", To: "x.Corefile"},
			},
		},
		{
			name:  "the same text in data and in binaryData is one",
			given: value{Data: texts{"x": "1"}, BinaryData: bytes{"x.Corefile": []byte("1")}},
			want:  value{Data: texts{"x.Corefile": "1"}, BinaryData: bytes{}, Annotations: renamed(texts{"x.Corefile": "x"})},
			renames: renames{
				{From: "x", To: "x.Corefile"},
			},
		},
		{
			name:     "two texts for one name are a collision",
			given:    value{Data: texts{"x": "1", "x.Corefile": "2"}},
			problems: []string{"key-collision x"},
		},
		{
			name:     "two names that differ in case are a collision",
			given:    value{Data: texts{"x.corefile": "1", "x.COREFILE": "2"}},
			problems: []string{"key-collision x.COREFILE", "key-collision x.corefile"},
		},
		{
			name:  "two names that differ in case, with the same text, are one",
			given: value{Data: texts{"x.corefile": "1", "x.COREFILE": "1"}},
			want:  value{Data: texts{"x.Corefile": "1"}, Annotations: renamed(texts{"x.Corefile": "x.COREFILE"})},
			renames: renames{
				{From: "x.COREFILE", To: "x.Corefile"},
				{From: "x.corefile", To: "x.Corefile"},
			},
		},
		{name: "253 characters fit", given: value{Data: texts{long[:244] + ".Corefile": "x"}}},
		{
			name:  "a name of 253 characters can be made",
			given: value{Data: texts{long[:244]: "x"}},
			want:  value{Data: texts{long[:244] + ".Corefile": "x"}, Annotations: renamed(texts{long[:244] + ".Corefile": long[:244]})},
			renames: renames{
				{From: long[:244], To: long[:244] + ".Corefile"},
			},
		},
		{name: "254 characters do not fit", given: value{Data: texts{long: "x"}}, problems: []string{"key-too-long " + long}},

		// The record of earlier renames.
		{name: "a record that can be true stays", given: value{Data: texts{"x.Corefile": "1"}, Annotations: renamed(texts{"x.Corefile": "x"})}},
		{
			name:  "what cannot be true of it goes",
			given: value{Data: texts{"x.Corefile": "1", "z.Corefile": "2"}, Annotations: renamed(texts{"x.Corefile": "x", "gone.Corefile": "gone", "z.Corefile": "y", "z": "z"})},
			want:  value{Data: texts{"x.Corefile": "1", "z.Corefile": "2"}, Annotations: renamed(texts{"x.Corefile": "x"})},
		},
		{
			name:  "what is no name goes",
			given: value{Data: texts{"x.Corefile": "1"}, Annotations: texts{extraconfig.RenamedKeysAnnotation: ` {"x.Corefile":"x", "y":[1] } `}},
			want:  value{Data: texts{"x.Corefile": "1"}, Annotations: renamed(texts{"x.Corefile": "x"})},
		},
		{
			name:  "a record that is no JSON goes",
			given: value{Data: texts{"x.Corefile": "2"}, Annotations: texts{"a": "b", extraconfig.RenamedKeysAnnotation: `{"x.Corefile":`}},
			want:  value{Data: texts{"x.Corefile": "2"}, Annotations: texts{"a": "b"}},
		},
		{
			name:  "a record that is null is none",
			given: value{Data: texts{"x": "1"}, Annotations: texts{extraconfig.RenamedKeysAnnotation: `null`}},
			want:  value{Data: texts{"x.Corefile": "1"}, Annotations: renamed(texts{"x.Corefile": "x"})},
			renames: renames{
				{From: "x", To: "x.Corefile"},
			},
		},
		{
			name:     "a record that comes with a new ConfigMap settles no collision",
			given:    value{Data: texts{"x": "1", "x.Corefile": "2"}, Annotations: renamed(texts{"x.Corefile": "x"})},
			problems: []string{"key-collision x"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if reflect.DeepEqual(test.want, value{}) {
				test.want = test.given
			}
			before := copyOf(test.given)
			got, renames, problems := extraconfig.Normalise(test.given)
			if !reflect.DeepEqual(test.given, before) {
				t.Errorf("Normalise changed what it was given to %v", test.given)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %v\nwant %v", got, test.want)
			}
			if !reflect.DeepEqual(renames, test.renames) {
				t.Errorf("renames = %v, want %v", renames, test.renames)
			}
			var rules []string
			for _, p := range problems {
				rules = append(rules, p.Rule+" "+p.File)
				if p.Severity != corefile.Error {
					t.Errorf("%v is not an error", p)
				}
			}
			if !reflect.DeepEqual(rules, test.problems) {
				t.Errorf("problems = %v, want %v", rules, test.problems)
			}
			again, renames, _ := extraconfig.Normalise(got)
			if !reflect.DeepEqual(again, got) || len(renames) > 0 {
				t.Errorf("normalised again: %v with %v, want %v", again, renames, got)
			}
		})
	}
}

func copyOf(c extraconfig.ConfigMap) extraconfig.ConfigMap {
	return extraconfig.ConfigMap{Data: maps.Clone(c.Data), BinaryData: maps.Clone(c.BinaryData), Annotations: maps.Clone(c.Annotations)}
}
