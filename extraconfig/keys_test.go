package extraconfig_test

import (
	"cmp"
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
			given: value{Data: texts{"Corefile.shop": "x"}},
			want:  value{Data: texts{"Corefile.shop.Corefile": "x"}, Annotations: renamed(texts{"Corefile.shop.Corefile": "Corefile.shop"})},
			renames: renames{
				{From: "Corefile.shop", To: "Corefile.shop.Corefile"},
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

		// Keys whose names say that they are off.
		{
			name:     "a README stays, and refers to nothing",
			given:    value{Data: texts{"README": "import x\n/etc/coredns/extra-configs/x\n", "Corefile": ""}},
			problems: []string{"not-loaded README"},
		},
		{
			name:  "so that another key is renamed all the same",
			given: value{Data: texts{"README": "import x\n/etc/coredns/extra-configs/x\n", "x": ""}},
			want:  value{Data: texts{"README": "import x\n/etc/coredns/extra-configs/x\n", "x.Corefile": ""}, Annotations: renamed(texts{"x.Corefile": "x"})},
			renames: renames{
				{From: "x", To: "x.Corefile"},
			},
			problems: []string{"not-loaded README"},
		},
		{name: "a file stays without a warning, whatever its name", given: value{Data: texts{"Corefile": "a.org {\n import log.txt\n}\n", "log.txt": "log\n import more", "more": "errors"}}},

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
			got, renames, problems := extraconfig.Write{After: test.given}.Normalise()
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
				if (p.Severity == corefile.Warning) != (p.Rule == extraconfig.RuleNotLoaded) {
					t.Errorf("%v is of severity %s", p, p.Severity)
				}
			}
			if !reflect.DeepEqual(rules, test.problems) {
				t.Errorf("problems = %v, want %v", rules, test.problems)
			}
			again, renames, _ := extraconfig.Write{After: got}.Normalise()
			if !reflect.DeepEqual(again, got) || len(renames) > 0 {
				t.Errorf("normalised again: %v with %v, want %v", again, renames, got)
			}
		})
	}
}

func copyOf(c extraconfig.ConfigMap) extraconfig.ConfigMap {
	return extraconfig.ConfigMap{Data: maps.Clone(c.Data), BinaryData: maps.Clone(c.BinaryData), Annotations: maps.Clone(c.Annotations)}
}

// TestNamesThatSayOff is the specification of the names that are left alone, what else they
// might be named, and what becomes of names that look like them. The text is block unless
// there is another.
func TestNamesThatSayOff(t *testing.T) {
	t.Parallel()
	const block, prose = "example.org {\n whoami\n}\n", "# Ours\n\nCall us before you change this {please}.\n"
	for _, test := range []struct {
		key, text string
		off       string // what it might be named; "": it is renamed
	}{
		{key: "old.Corefile.disabled", off: "old.Corefile"},
		{key: "example.org.off", off: "example.org.Corefile"},
		{key: "example.org.bak", off: "example.org.Corefile"},
		{key: "example.org.BAK", off: "example.org.Corefile"},
		{key: "example.org.backup", off: "example.org.Corefile"},
		{key: "Corefile-backup", off: "Corefile"},
		{key: "Corefile.old", off: "Corefile"},
		{key: "Corefile.orig", off: "Corefile"},
		{key: "Corefile.tmpl", off: "Corefile"},
		{key: "Corefile~", off: "Corefile"},
		{key: "notes.txt", off: "notes.Corefile"},
		{key: "values.yaml", off: "values.Corefile"},
		{key: "values.yml", off: "values.Corefile"},
		{key: "values.json", off: "values.Corefile"},
		{key: ".hidden", off: "hidden.Corefile"},
		{key: ".bak", off: "bak.Corefile"},
		{key: "..bak", off: "bak.Corefile"},
		{key: "README", off: "README.Corefile"},
		{key: "README.md", off: "README.md.Corefile"},
		{key: "README-first", off: "README-first.Corefile"},
		{key: "readme", off: "readme.Corefile"},
		{key: "example.off.org"},
		{key: "off"},
		{key: "txt"},
		{key: "readme.io"},
		{key: "my-backups"},
		{key: ".corefile"},

		// Zones have such names, too: the text decides.
		{key: "moldova.md"},
		{key: "moldova.md", text: "# Moldova\na.md,\nb.md {\n}\n"},
		{key: "moldova.md", text: "(snippet) {\n log\n}\n"},
		{key: "moldova.md", text: "import common\n"},
		{key: "moldova.md", text: "forward . 192.0.2.1\n"},
		{key: "moldova.md", text: "moldova.md{\n}\n"},
		{key: "moldova.md", text: prose, off: "moldova.md.Corefile"},
		{key: "moldova.md", text: "# only a title\n", off: "moldova.md.Corefile"},
		{key: "moldova.md", text: "Ours:\n```\nexample.org {\n}\n```\n", off: "moldova.md.Corefile"},
		{key: "shop.zone"},
		{key: "shop.zone", text: "$ORIGIN shop.zone.\n@ IN SOA ns admin (\n 1 2 3 4 5 )\n", off: "shop.zone.Corefile"},
		{key: "corp.example"},
		{key: "corp.example", text: prose, off: "corp.example.Corefile"},
		{key: "db.example.org"},
		{key: "db.example.org", text: "@ IN A 192.0.2.1\n", off: "db.example.org.Corefile"},
		{key: "db.example.org", text: "{\n \"a\": 1\n}\n", off: "db.example.org.Corefile"},
		{key: "db.corefile", text: prose},
	} {
		t.Run(test.key+" "+test.text, func(t *testing.T) {
			t.Parallel()
			given := extraconfig.ConfigMap{Data: map[string]string{test.key: cmp.Or(test.text, block)}}
			got, renames, problems := extraconfig.Write{After: given}.Normalise()
			if test.off == "" {
				if len(renames) != 1 || len(problems) > 0 {
					t.Errorf("renamed %v with %v", renames, problems)
				}
				return
			}
			if len(renames) > 0 || !reflect.DeepEqual(got, given) {
				t.Errorf("renamed %v: %v", renames, got)
			}
			if len(problems) != 1 || problems[0].Rule != extraconfig.RuleNotLoaded || problems[0].Severity != corefile.Warning || problems[0].Suggestion != test.off {
				t.Errorf("problems %+v, want a warning that suggests %q", problems, test.off)
			}
		})
	}
}

func TestASuggestedNameIsFree(t *testing.T) {
	t.Parallel()
	_, _, problems := extraconfig.Write{After: extraconfig.ConfigMap{Data: map[string]string{"Corefile": "", "Corefile.bak": ""}}}.Normalise()
	if len(problems) != 1 || problems[0].Suggestion != "Corefile.bak.Corefile" {
		t.Errorf("problems %+v", problems)
	}
}
