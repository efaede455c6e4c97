package extraconfig_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"corewarden/extraconfig"
)

// A side is the ConfigMap on one side of a write, as the table below writes it down.
type side struct {
	data texts
	// record is what the annotation has: the stored name to the writer's.
	record texts
	// manifest is what kubectl apply applied last.
	manifest texts
	// owners are written "flux: a b" where they apply server-side, "edit= a b" else.
	owners []string
}

func (s side) value() extraconfig.ConfigMap {
	c := extraconfig.ConfigMap{Data: s.data, Annotations: texts{}}
	if s.record != nil {
		maps.Copy(c.Annotations, renamed(s.record))
	}
	if s.manifest != nil {
		c.Annotations[extraconfig.LastAppliedAnnotation] = lastApplied(s.manifest)
	}
	if len(c.Annotations) == 0 {
		c.Annotations = nil
	}
	for _, owner := range s.owners {
		words := strings.Fields(owner)
		name := strings.TrimRight(words[0], ":=")
		manager := extraconfig.Manager{Name: name, Applies: strings.HasSuffix(words[0], ":")}
		c.Owners = append(c.Owners, extraconfig.Owner{Manager: manager, Keys: words[1:]})
	}
	return c
}

// lastApplied is the annotation that kubectl apply leaves.
func lastApplied(data texts) string {
	text, err := json.Marshal(map[string]any{"apiVersion": "v1", "data": data, "kind": "ConfigMap", "metadata": map[string]any{"name": "dns-extra-configs"}})
	if err != nil {
		panic(err)
	}
	return string(text) + "\n"
}

// TestWrites is the specification of what becomes of a write, by who writes: what is
// stored before it, what the API server makes of the request, and what is stored after it.
func TestWrites(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name          string
		before, after side
		want          side
		problems      []string // the rule and the key, which is not renamed then
	}{
		// Server-side apply.
		{
			name:  "a first apply",
			after: side{data: texts{"x": "1"}, owners: []string{"flux: x"}},
			want:  side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile"}},
		},
		{
			name:   "the same again",
			before: side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile"}},
			after:  side{data: texts{"x": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x"}},
			want:   side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile"}},
		},
		{
			name:   "another text",
			before: side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile"}},
			after:  side{data: texts{"x": "2"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x"}},
			want:   side{data: texts{"x.Corefile": "2"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile"}},
		},
		{
			name:     "a name that says off has its own name back, though it was renamed before that counted",
			before:   side{data: texts{"x.txt.Corefile": "1"}, record: texts{"x.txt.Corefile": "x.txt"}, owners: []string{"flux: x.txt.Corefile"}},
			after:    side{data: texts{"x.txt": "1"}, record: texts{"x.txt.Corefile": "x.txt"}, owners: []string{"flux: x.txt"}},
			want:     side{data: texts{"x.txt": "1"}, owners: []string{"flux: x.txt"}},
			problems: []string{"not-loaded x.txt"},
		},
		{
			name:     "and in a write that keeps what is stored",
			before:   side{data: texts{"x.txt.Corefile": "1"}, record: texts{"x.txt.Corefile": "x.txt"}, manifest: texts{"x.txt.Corefile": "1"}, owners: []string{"edit= x.txt.Corefile"}},
			after:    side{data: texts{"x.txt": "2", "x.txt.Corefile": "1"}, record: texts{"x.txt.Corefile": "x.txt"}, manifest: texts{"x.txt": "2"}, owners: []string{"edit= x.txt x.txt.Corefile"}},
			want:     side{data: texts{"x.txt": "2"}, manifest: texts{"x.txt": "2"}, owners: []string{"edit= x.txt"}},
			problems: []string{"not-loaded x.txt"},
		},
		{
			name:   "the key is gone from the manifest",
			before: side{data: texts{"x.Corefile": "1", "y.Corefile": "2"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile y.Corefile"}},
			after:  side{data: texts{"y.Corefile": "2"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: y.Corefile"}},
			want:   side{data: texts{"y.Corefile": "2"}, owners: []string{"flux: y.Corefile"}},
		},
		{
			name:   "the manifest has the right name now",
			before: side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile"}},
			after:  side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile"}},
			want:   side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile"}},
		},
		{
			name:   "only the case has changed",
			before: side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x.corefile"}, owners: []string{"flux: x.Corefile"}},
			after:  side{data: texts{"x.COREFILE": "1"}, record: texts{"x.Corefile": "x.corefile"}, owners: []string{"flux: x.COREFILE"}},
			want:   side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x.COREFILE"}, owners: []string{"flux: x.Corefile"}},
		},
		{
			name:   "two texts have changed places",
			before: side{data: texts{"x.Corefile": "1", "y.Corefile": "2"}, record: texts{"x.Corefile": "x", "y.Corefile": "y"}, owners: []string{"flux: x.Corefile y.Corefile"}},
			after:  side{data: texts{"x": "2", "y": "1"}, record: texts{"x.Corefile": "x", "y.Corefile": "y"}, owners: []string{"flux: x y"}},
			want:   side{data: texts{"x.Corefile": "2", "y.Corefile": "1"}, record: texts{"x.Corefile": "x", "y.Corefile": "y"}, owners: []string{"flux: x.Corefile y.Corefile"}},
		},
		{
			name:     "a manifest with both names contradicts itself",
			before:   side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile"}},
			after:    side{data: texts{"x": "2", "x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x x.Corefile"}},
			want:     side{data: texts{"x": "2", "x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x x.Corefile"}},
			problems: []string{"key-collision x"},
		},

		// Several managers.
		{
			name:   "another manager's key is left alone",
			before: side{data: texts{"x.Corefile": "1", "y.Corefile": "2"}, record: texts{"x.Corefile": "x", "y.Corefile": "y"}, owners: []string{"a: x.Corefile", "b: y.Corefile"}},
			after:  side{data: texts{"x": "3", "y.Corefile": "2"}, record: texts{"x.Corefile": "x", "y.Corefile": "y"}, owners: []string{"a: x", "b: y.Corefile"}},
			want:   side{data: texts{"x.Corefile": "3", "y.Corefile": "2"}, record: texts{"x.Corefile": "x", "y.Corefile": "y"}, owners: []string{"a: x.Corefile", "b: y.Corefile"}},
		},
		{
			name:   "two managers apply the same text and own it both",
			before: side{data: texts{"x.Corefile": "1"}, owners: []string{"b: x.Corefile"}},
			after:  side{data: texts{"x": "1", "x.Corefile": "1"}, owners: []string{"a: x", "b: x.Corefile"}},
			want:   side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"a: x.Corefile", "b: x.Corefile"}},
		},
		{
			name:   "a manager applies another text and owns it alone",
			before: side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"a: x.Corefile", "b: x.Corefile"}},
			after:  side{data: texts{"x": "2", "x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"a: x", "b: x.Corefile"}},
			want:   side{data: texts{"x.Corefile": "2"}, record: texts{"x.Corefile": "x"}, owners: []string{"a: x.Corefile"}},
		},
		{
			name:   "what somebody has edited lasts until the next apply",
			before: side{data: texts{"x.Corefile": "edited"}, record: texts{"x.Corefile": "x"}, owners: []string{"edit= x.Corefile"}},
			after:  side{data: texts{"x": "1", "x.Corefile": "edited"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x", "edit= x.Corefile"}},
			want:   side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile"}},
		},
		{
			name:     "a name that nobody has used before is no way to overwrite a key",
			before:   side{data: texts{"x.Corefile": "1"}, owners: []string{"b: x.Corefile"}},
			after:    side{data: texts{"x": "2", "x.Corefile": "1"}, owners: []string{"a: x", "b: x.Corefile"}},
			want:     side{data: texts{"x": "2", "x.Corefile": "1"}, owners: []string{"a: x", "b: x.Corefile"}},
			problems: []string{"key-collision x"},
		},

		// kubectl apply computes what to delete from the manifest that it applied last.
		{
			name:  "a first kubectl apply",
			after: side{data: texts{"x": "1"}, manifest: texts{"x": "1"}, owners: []string{"kubectl= x"}},
			want:  side{data: texts{"x.Corefile": "1"}, manifest: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"kubectl= x.Corefile"}},
		},
		{
			name:   "the same again, which deletes the stored name, takes it from nobody",
			before: side{data: texts{"x.Corefile": "1"}, manifest: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile", "kubectl= x.Corefile"}},
			after:  side{data: texts{"x": "1"}, manifest: texts{"x": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"kubectl= x"}},
			want:   side{data: texts{"x.Corefile": "1"}, manifest: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"kubectl= x.Corefile", "flux: x.Corefile"}},
		},
		{
			name:   "another text in kubectl apply",
			before: side{data: texts{"x.Corefile": "1"}, manifest: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile"}},
			after:  side{data: texts{"x": "2"}, manifest: texts{"x": "2"}, record: texts{"x.Corefile": "x"}, owners: []string{"kubectl= x"}},
			want:   side{data: texts{"x.Corefile": "2"}, manifest: texts{"x.Corefile": "2"}, record: texts{"x.Corefile": "x"}, owners: []string{"kubectl= x.Corefile"}},
		},
		{
			name:   "kubectl apply after kubectl create",
			before: side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"create= x.Corefile"}},
			after:  side{data: texts{"x": "2", "x.Corefile": "1"}, manifest: texts{"x": "2"}, record: texts{"x.Corefile": "x"}, owners: []string{"create= x.Corefile", "kubectl= x"}},
			want:   side{data: texts{"x.Corefile": "2"}, manifest: texts{"x.Corefile": "2"}, record: texts{"x.Corefile": "x"}, owners: []string{"kubectl= x.Corefile"}},
		},
		{
			name:     "a manifest of kubectl apply with both names contradicts itself",
			before:   side{data: texts{"x.Corefile": "1"}, manifest: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}},
			after:    side{data: texts{"x": "2", "x.Corefile": "1"}, manifest: texts{"x": "2", "x.Corefile": "1"}, record: texts{"x.Corefile": "x"}},
			want:     side{data: texts{"x": "2", "x.Corefile": "1"}, manifest: texts{"x": "2", "x.Corefile": "1"}, record: texts{"x.Corefile": "x"}},
			problems: []string{"key-collision x"},
		},

		// Patches and replacements.
		{
			name:   "a patch under the writer's name",
			before: side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile"}},
			after:  side{data: texts{"x": "2", "x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile", "patch= x"}},
			want:   side{data: texts{"x.Corefile": "2"}, record: texts{"x.Corefile": "x"}, owners: []string{"patch= x.Corefile"}},
		},
		{
			name:   "a patch with the stored text changes nothing",
			before: side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile"}},
			after:  side{data: texts{"x": "1", "x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile", "patch= x"}},
			want:   side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile"}},
		},
		{
			name:     "a patch under a name that nobody has used before",
			before:   side{data: texts{"x.Corefile": "1"}},
			after:    side{data: texts{"x": "2", "x.Corefile": "1"}, owners: []string{"patch= x"}},
			want:     side{data: texts{"x": "2", "x.Corefile": "1"}, owners: []string{"patch= x"}},
			problems: []string{"key-collision x"},
		},
		{
			name:     "a patch under another name than before",
			before:   side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}},
			after:    side{data: texts{"x.corefile": "2", "x.Corefile": "1"}, record: texts{"x.Corefile": "x"}},
			want:     side{data: texts{"x.corefile": "2", "x.Corefile": "1"}, record: texts{"x.Corefile": "x"}},
			problems: []string{"key-collision x.corefile"},
		},
		{
			name:     "a replacement with both names, and two new texts, contradicts itself",
			before:   side{data: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}},
			after:    side{data: texts{"x": "2", "x.Corefile": "3"}, record: texts{"x.Corefile": "x"}},
			want:     side{data: texts{"x": "2", "x.Corefile": "3"}, record: texts{"x.Corefile": "x"}},
			problems: []string{"key-collision x"},
		},
		{
			name:   "a replacement that knows nothing of the record does not drop it",
			before: side{data: texts{"x.Corefile": "1", "y.Corefile": "2"}, record: texts{"x.Corefile": "x", "y.Corefile": "y"}},
			after:  side{data: texts{"x.Corefile": "3"}},
			want:   side{data: texts{"x.Corefile": "3"}, record: texts{"x.Corefile": "x"}},
		},
		{
			name:   "what cannot be true of a record is replaced by what was",
			before: side{data: texts{"x.Corefile": "1", "y.Corefile": "2"}, record: texts{"x.Corefile": "x", "y.Corefile": "y"}},
			after:  side{data: texts{"x.Corefile": "1", "y.Corefile": "2"}, record: texts{"x.Corefile": "y", "z.Corefile": "z"}},
			want:   side{data: texts{"x.Corefile": "1", "y.Corefile": "2"}, record: texts{"x.Corefile": "x", "y.Corefile": "y"}},
		},

		// Files of a Corefile.
		{
			name:   "a key that has become a file has its own name back",
			before: side{data: texts{"Corefile": "", "x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: Corefile x.Corefile"}},
			after:  side{data: texts{"Corefile": "import x", "x": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: Corefile x"}},
			want:   side{data: texts{"Corefile": "import x", "x": "1"}, owners: []string{"flux: Corefile x"}},
		},
		{
			name:   "and by a patch, too",
			before: side{data: texts{"Corefile": "", "x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: Corefile x.Corefile"}},
			after:  side{data: texts{"Corefile": "import x", "x": "2", "x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile", "patch= Corefile x"}},
			want:   side{data: texts{"Corefile": "import x", "x": "2"}, owners: []string{"patch= Corefile x"}},
		},
		{
			name:   "a file that no Corefile reads any more is a Corefile",
			before: side{data: texts{"Corefile": "import x", "x": "1"}, owners: []string{"flux: Corefile x"}},
			after:  side{data: texts{"Corefile": "", "x": "1"}, owners: []string{"flux: x", "edit= Corefile"}},
			want:   side{data: texts{"Corefile": "", "x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"flux: x.Corefile", "edit= Corefile"}},
		},
		{
			name:   "a reference in a text that is replaced does not count",
			before: side{data: texts{"x.Corefile": "import y"}, record: texts{"x.Corefile": "x"}},
			after:  side{data: texts{"x": "", "x.Corefile": "import y", "y": "1"}, record: texts{"x.Corefile": "x"}},
			want:   side{data: texts{"x.Corefile": "", "y.Corefile": "1"}, record: texts{"x.Corefile": "x", "y.Corefile": "y"}},
		},

		// What was stored while nobody normalised.
		{
			name:   "a wrong name that was stored is fixed with the next write",
			before: side{data: texts{"x": "1"}, manifest: texts{"x": "1"}, owners: []string{"kubectl= x"}},
			after:  side{data: texts{"x": "1", "y.Corefile": "2"}, manifest: texts{"x": "1"}, owners: []string{"kubectl= x", "edit= y.Corefile"}},
			want:   side{data: texts{"x.Corefile": "1", "y.Corefile": "2"}, manifest: texts{"x.Corefile": "1"}, record: texts{"x.Corefile": "x"}, owners: []string{"kubectl= x.Corefile", "edit= y.Corefile"}},
		},
		{
			name:   "and so are records of a name that is there no more",
			before: side{data: texts{"x.Corefile": "1"}, manifest: texts{"x": "1"}, owners: []string{"kubectl= x"}},
			after:  side{data: texts{"x.Corefile": "1"}, manifest: texts{"x": "1"}, owners: []string{"kubectl= x"}},
			want:   side{data: texts{"x.Corefile": "1"}, manifest: texts{"x.Corefile": "1"}, owners: []string{"kubectl= x.Corefile"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			write := extraconfig.Write{Before: test.before.value(), After: test.after.value()}
			got, _, problems := write.Normalise()
			sameValue(t, got, test.want.value())
			var rules []string
			for _, p := range problems {
				rules = append(rules, p.Rule+" "+p.File)
			}
			if !slices.Equal(rules, test.problems) {
				t.Errorf("problems = %q, want %q", rules, test.problems)
			}
			if untouched := (extraconfig.Write{Before: test.before.value(), After: test.after.value()}); !reflect.DeepEqual(write, untouched) {
				t.Errorf("it has changed the write to %+v", write)
			}
			again, renames, _ := extraconfig.Write{Before: test.before.value(), After: got}.Normalise()
			sameValue(t, again, got)
			if len(renames) > 0 {
				t.Errorf("asked again it renames %v", renames)
			}
		})
	}
}

// sameValue compares two ConfigMaps, whichever of their maps are nil.
func sameValue(t *testing.T, got, want extraconfig.ConfigMap) {
	t.Helper()
	if got.BinaryData == nil {
		got.BinaryData = want.BinaryData
	}
	if !maps.Equal(got.Data, want.Data) || !reflect.DeepEqual(got.BinaryData, want.BinaryData) || !maps.Equal(got.Annotations, want.Annotations) || !reflect.DeepEqual(got.Owners, want.Owners) {
		t.Errorf("stored is\n%+v\nwant\n%+v", got, want)
	}
}
