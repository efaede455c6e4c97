package extraconfig_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"corewarden/extraconfig"
)

// writes is how many random writes the properties are tried on.
const writes = 5_000

// everyWrite calls a function with random writes of keys and texts that get in each
// other's way. What it reports has the number of the write.
func everyWrite(t *testing.T, property func(t *testing.T, w extraconfig.Write) bool) {
	t.Helper()
	for seed := range uint64(writes) {
		r := rand.New(rand.NewPCG(seed, 0))
		w := extraconfig.Write{After: randomConfigMap(r)}
		if r.IntN(4) > 0 {
			w.Before, _, _ = extraconfig.Write{After: randomConfigMap(r)}.Normalise()
			for key, text := range w.Before.Data { // most of what is stored is there after a write
				if _, found := w.After.Data[key]; !found && w.After.BinaryData[key] == nil && r.IntN(3) > 0 {
					w.After.Data[key] = text
				}
			}
		}
		if !property(t, w) {
			t.Fatalf("write %d: before %+v\nafter %+v", seed, w.Before, w.After)
		}
	}
}

func randomConfigMap(r *rand.Rand) extraconfig.ConfigMap {
	names := []string{"Corefile", "corefile", "x", "x.Corefile", "x.corefile", "x.COREFILE", "y", "y.Corefile", "x.Corefile.Corefile", "x.txt", "x.txt.Corefile", "x.md"}
	bodies := []string{"", "1", "2", "import x", "import y", "import *", "import x.corefile", "/x", "import *Corefile", "import x.txt", "x {"}
	records := []string{"", "null", "{}", "[]", `{"x.Corefile":"x"}`, `{"x.Corefile":"x.corefile","y":1}`, `{"y.Corefile":"x","Corefile":"corefile"}`}
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	c := extraconfig.ConfigMap{Data: texts{}, BinaryData: map[string][]byte{}, Annotations: texts{}}
	for range r.IntN(5) {
		name := pick(names)
		delete(c.Data, name)
		delete(c.BinaryData, name)
		if r.IntN(4) == 0 {
			c.BinaryData[name] = []byte(pick(bodies))
		} else {
			c.Data[name] = pick(bodies)
		}
	}
	if record := pick(records); record != "" {
		c.Annotations[extraconfig.RenamedKeysAnnotation] = record
	}
	if r.IntN(2) == 0 {
		c.Annotations[extraconfig.LastAppliedAnnotation] = lastApplied(texts{pick(names): pick(bodies), pick(names): pick(bodies)})
	}
	for _, name := range []string{"a", "b", "c"}[:r.IntN(4)] {
		keys := []string{pick(names), pick(names), pick(names)}
		slices.Sort(keys)
		c.Owners = append(c.Owners, extraconfig.Owner{Manager: extraconfig.Manager{Name: name, Applies: name != "c"}, Keys: slices.Compact(keys)})
	}
	return c
}

func TestNormalisingIsIdempotent(t *testing.T) {
	t.Parallel()
	everyWrite(t, func(t *testing.T, w extraconfig.Write) bool {
		once, _, problems := w.Normalise()
		// The API server asks again where another webhook has changed something.
		twice, renames, _ := extraconfig.Write{Before: w.Before, After: once}.Normalise()
		if !reflect.DeepEqual(once, twice) || len(renames) > 0 {
			t.Errorf("asked again it makes of\n%+v\n%+v\nand renames %v", once, twice, renames)
		}
		// And a write that changes nothing of what was stored stores nothing.
		later, renames, _ := extraconfig.Write{Before: once, After: once}.Normalise()
		if rejects(problems) {
			return !t.Failed() // this was not stored
		}
		if !reflect.DeepEqual(once, later) || len(renames) > 0 {
			t.Errorf("a later write makes of\n%+v\n%+v\nand renames %v", once, later, renames)
		}
		return !t.Failed()
	})
}

// TestWhatIsLoadedIsWhatWasWritten holds that a bundle that nobody knows yet is loaded as
// if its author had used the right names: every text that is not a file of another is, and
// nothing else.
func TestWhatIsLoadedIsWhatWasWritten(t *testing.T) {
	t.Parallel()
	everyWrite(t, func(t *testing.T, w extraconfig.Write) bool {
		normal, _, problems := extraconfig.Write{After: w.After}.Normalise()
		if rejects(problems) {
			return true // it is refused
		}
		var loaded, written []string
		for _, key := range keysOfValue(normal) {
			if strings.HasSuffix(key, "Corefile") {
				loaded = append(loaded, normal.File(key).Text)
			}
		}
		normalNames := map[string]bool{} // two names of one key with one text are one
		for _, key := range keysOfValue(w.After) {
			text := w.After.File(key).Text
			if file := slices.Contains(keysOfValue(normal), key) && !strings.HasSuffix(key, "Corefile"); file {
				if normal.File(key).Text != text {
					t.Errorf("the file %s has become %q", key, normal.File(key).Text)
				}
				continue
			}
			name := mendedByHand(key)
			if !normalNames[name] {
				written = append(written, text)
			}
			normalNames[name] = true
		}
		slices.Sort(loaded)
		slices.Sort(written)
		if !slices.Equal(loaded, written) {
			t.Errorf("loaded is %q, written was %q", loaded, written)
		}
		return !t.Failed()
	})
}

// mendedByHand returns the right name of a key, as the documentation has it.
func mendedByHand(key string) string {
	switch {
	case strings.HasSuffix(key, "Corefile"):
		return key
	case strings.HasSuffix(strings.ToLower(key), "corefile"):
		return key[:len(key)-len("corefile")] + "Corefile"
	}
	return key + ".Corefile"
}

func keysOfValue(c extraconfig.ConfigMap) []string {
	var keys []string
	for key := range c.Data {
		keys = append(keys, key)
	}
	for key := range c.BinaryData {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
