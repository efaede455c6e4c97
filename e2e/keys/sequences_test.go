package keys_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"corewarden/e2e/harness"
)

var (
	sequenceSeed = flag.Uint64("sequences.seed", 1, "seed of the first sequence of TestKeySequences")
	sequences    = flag.Uint64("sequences", 100, "how many sequences TestKeySequences tries")
)

// TestKeySequences has many writers change the ConfigMap, each in its own way and with its
// own names for the keys, in random order. The reference is the API server itself: each
// write is repeated on an unguarded ConfigMap, the twin, by a writer who uses the right
// names. Whatever is done, both have to hold the same, with the same owners and the same
// record for the next kubectl apply; and what stores nothing on one stores nothing on the
// other, except for another name of a key.
func TestKeySequences(t *testing.T) {
	t.Parallel()
	i := &installation{harness.NewInstallation(t)}
	for n := range *sequences {
		seed := *sequenceSeed + n
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			s := &sequence{installation: i, r: rand.New(rand.NewPCG(seed, 0)), sources: map[string]texts{}}
			s.clear(t)
			for range 8 {
				if s.step(t); t.Failed() {
					t.Fatalf("the sequence was:\n%s", strings.Join(s.history, "\n"))
				}
			}
		})
	}
	i.CheckRollouts(t)
}

type texts = map[string]string

// A sequence is what some writers do in turns.
type sequence struct {
	*installation
	r *rand.Rand
	// sources are what the writers that apply have in their files.
	sources map[string]texts
	history []string
}

func (s *sequence) clear(t *testing.T) {
	t.Helper()
	for _, name := range []string{guardedName, twinName} {
		if err := s.deleteConfigMap(t, name); err != nil && !apierrors.IsNotFound(err) {
			t.Fatal(err)
		}
	}
}

// step has one writer write once.
func (s *sequence) step(t *testing.T) {
	t.Helper()
	before, twinBefore := s.get(t, guardedName), s.get(t, twinName)
	w, keys := s.choose(before)
	s.history = append(s.history, fmt.Sprintf("%s: %q", w.name, keys))

	var predicted stored
	dryRun := s.r.IntN(3) == 0
	if dryRun {
		var err error
		if predicted, err = w.write(s, t, guardedName, keys, w.force, true); err == nil && s.get(t, guardedName).version != before.version {
			t.Error("the dry run stored something")
		}
	}
	_, err := w.write(s, t, guardedName, keys, w.force, false)
	after := s.get(t, guardedName)
	right, sound := w.rightNames(keys, before)
	if s.refusedRightly(t, err, keys, sound, before) {
		if after.version != before.version {
			t.Error("what was refused was stored")
		}
		return
	}
	s.repeatOnTwin(t, w, keys, right, err)
	if err != nil {
		return
	}
	if dryRun {
		predicted.sameAs(t, "the dry run's prediction", after)
	}
	twin := s.get(t, twinName)
	after.sameAs(t, "what is stored", twin)
	if twin.version == twinBefore.version && after.version != before.version {
		// It has stored another name for a key, at most. Once more, and it stores nothing.
		if _, err := w.write(s, t, guardedName, keys, w.force, false); err != nil {
			t.Error(err)
		}
		if again := s.get(t, guardedName); again.version != after.version {
			t.Errorf("the write changes nothing, but stores\n%+v\ninstead of\n%+v", again, after)
		}
	}
	if w.applies {
		s.sources[w.name] = keys
	}
}

// rightNames returns keys under their right names, and false where two of them are one with
// two texts.
func (w sequenceWriter) rightNames(keys texts, before stored) (texts, bool) {
	right, unseen := texts{}, texts{}
	for key, text := range keys {
		to := rightName(key)
		if key == to {
			continue
		}
		if other, found := right[to]; found && other != text {
			return nil, false
		}
		right[to] = text
		if !w.applies && before.knows(to, key) {
			// A patch with the stored text of a key looks like one that leaves it alone.
			unseen[to] = before.data[to]
		}
	}
	for key, text := range keys {
		if other, found := right[key]; key == rightName(key) && found && other != text {
			if was, found := unseen[key]; !found || was != text {
				return nil, false
			}
		} else if key == rightName(key) {
			right[key] = text
		}
	}
	return right, true
}

// knows reports whether a stored key is known to have another name.
func (s stored) knows(to, from string) bool {
	return strings.Contains(s.record, fmt.Sprintf("%q:%q", to, from))
}

// refusedRightly reports whether a write was refused because two of its keys, or one of
// them and one that is stored under its right name, are one; and checks that this is so.
func (s *sequence) refusedRightly(t *testing.T, err error, keys texts, sound bool, before stored) bool {
	t.Helper()
	if !apierrors.IsInvalid(err) {
		if !sound && err == nil {
			t.Error("two texts for one key were accepted")
		}
		return !sound
	}
	if !strings.Contains(err.Error(), "(key-collision)") {
		t.Errorf("it was refused: %v", err)
	}
	for key, text := range keys {
		to := rightName(key)
		if other, found := before.data[to]; found && key != to && other != text && !before.knows(to, key) {
			return true
		}
	}
	if sound {
		t.Errorf("it was refused without a reason: %v", err)
	}
	return true
}

// repeatOnTwin makes a write on the twin with the right names. It has to succeed if the
// write on the guarded ConfigMap has.
func (s *sequence) repeatOnTwin(t *testing.T, w sequenceWriter, keys, right texts, err error) {
	t.Helper()
	_, twinErr := w.write(s, t, twinName, right, w.force, false)
	if conflicts := conflictingKeys(twinErr); err == nil && len(conflicts) > 0 {
		// The API server knows of no conflict where the key has another name: the last
		// writer wins, as with --force-conflicts.
		for _, key := range conflicts {
			if _, found := keys[key]; found {
				t.Errorf("the conflict over %s was not seen", key)
			}
		}
		_, twinErr = w.write(s, t, twinName, right, true, false)
	}
	if apierrors.ReasonForError(err) != apierrors.ReasonForError(twinErr) || (err == nil) != (twinErr == nil) {
		t.Errorf("the error is %v, with the right names it is %v", err, twinErr)
	}
}

// conflictingKeys returns the keys over which a server-side apply conflicts.
func conflictingKeys(err error) []string {
	var status apierrors.APIStatus
	if !apierrors.IsConflict(err) || !errors.As(err, &status) {
		return nil
	}
	var keys []string
	for _, cause := range status.Status().Details.Causes {
		keys = append(keys, strings.TrimPrefix(cause.Field, ".data."))
	}
	return keys
}

// rightName returns the name under which a key is loaded.
func rightName(key string) string {
	switch {
	case strings.HasSuffix(key, "Corefile"):
		return key
	case strings.HasSuffix(strings.ToLower(key), "corefile"):
		return strings.TrimSuffix(strings.ToLower(key), "corefile") + "Corefile"
	}
	return key + ".Corefile"
}

// choose returns a writer and the keys that it writes: all that it has where it applies or
// replaces, else those that it changes.
func (s *sequence) choose(before stored) (sequenceWriter, texts) {
	w := sequenceWriters[s.r.IntN(len(sequenceWriters))]
	switch {
	case w.edits:
		keys := texts{}
		for _, key := range slices.Sorted(maps.Keys(before.data)) {
			if s.r.IntN(2) == 0 {
				keys[key] = s.text()
			}
		}
		return w, keys
	case w.applies:
		return w, s.changed(s.sources[w.name])
	case w.deletes:
		return w, nil
	}
	return w, s.changed(nil)
}

// changed returns keys after one change, or a few.
func (s *sequence) changed(keys texts) texts {
	keys = maps.Clone(keys)
	if keys == nil {
		keys = texts{}
	}
	names := [][]string{{"a", "a.Corefile", "a.corefile", "a.COREFILE"}, {"b", "b.Corefile", "b.corefile"}, {"Corefile", "corefile"}}
	for range 1 + s.r.IntN(2) {
		variants := names[s.r.IntN(len(names))]
		name := variants[s.r.IntN(len(variants))]
		had := slices.IndexFunc(variants, func(v string) bool { _, found := keys[v]; return found })
		switch s.r.IntN(8) {
		case 0: // the same again
		case 1, 2: // another text, or a new key
			if had >= 0 {
				name = variants[had]
			}
			keys[name] = s.text()
		case 3: // one less
			for _, variant := range variants {
				delete(keys, variant)
			}
		case 4, 5: // another name for the same key
			if had >= 0 {
				text := keys[variants[had]]
				delete(keys, variants[had])
				keys[name] = text
			}
		case 6: // two texts change places
			if all := slices.Sorted(maps.Keys(keys)); len(all) > 1 {
				keys[all[0]], keys[all[1]] = keys[all[1]], keys[all[0]]
			}
		case 7: // one more name, for a key that may have one
			keys[name] = s.text()
		}
	}
	return keys
}

// text returns one of a few Corefiles, which serve nothing and so do not get in each
// other's way.
func (s *sequence) text() string { return fmt.Sprintf("# %d\n", s.r.IntN(4)) }
