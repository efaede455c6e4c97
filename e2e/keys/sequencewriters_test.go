package keys_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"

	"corewarden/e2e/harness"
	"corewarden/extraconfig"
)

// The ConfigMap that Corewarden guards, and one that it does not.
const (
	guardedName = extraconfig.Name
	twinName    = "twin"
)

// stored is what counts of a ConfigMap that is stored.
type stored struct {
	version  string // of the resource; "" where there is none
	data     texts
	owners   map[string][]string // by the manager and its operation the keys
	manifest texts               // what kubectl apply applied last
	record   string              // of renamed keys
}

func storedOf(cm *corev1.ConfigMap) stored {
	s := stored{version: cm.ResourceVersion, data: cm.Data, owners: map[string][]string{}, record: cm.Annotations[extraconfig.RenamedKeysAnnotation]}
	for _, entry := range cm.ManagedFields {
		var fields struct {
			Data map[string]any `json:"f:data"`
		}
		if err := json.Unmarshal(entry.FieldsV1.GetRawBytes(), &fields); err != nil {
			panic(err)
		}
		delete(fields.Data, ".")
		for key := range fields.Data {
			owner := entry.Manager + " " + string(entry.Operation)
			s.owners[owner] = append(s.owners[owner], strings.TrimPrefix(key, "f:"))
		}
	}
	for _, keys := range s.owners {
		slices.Sort(keys)
	}
	var manifest struct{ Data texts }
	if text := cm.Annotations[extraconfig.LastAppliedAnnotation]; text != "" {
		if err := json.Unmarshal([]byte(text), &manifest); err != nil {
			panic(err)
		}
	}
	s.manifest = manifest.Data
	return s
}

// sameAs checks that two ConfigMaps hold the same for the same writers.
func (s stored) sameAs(t *testing.T, what string, want stored) {
	t.Helper()
	if !maps.Equal(s.data, want.data) || !reflect.DeepEqual(s.owners, want.owners) || !maps.Equal(s.manifest, want.manifest) {
		t.Errorf("%s is\n%+v\nwant\n%+v", what, s, want)
	}
}

func (i *installation) get(t *testing.T, name string) stored {
	t.Helper()
	cm, err := i.API.CoreV1().ConfigMaps(extraconfig.Namespace).Get(t.Context(), name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return stored{}
	}
	if err != nil {
		t.Fatal(err)
	}
	return storedOf(cm)
}

func (i *installation) deleteConfigMap(t *testing.T, name string) error {
	return i.API.CoreV1().ConfigMaps(extraconfig.Namespace).Delete(t.Context(), name, metav1.DeleteOptions{})
}

// A sequenceWriter is a way to write. It does what a client does, without the start of a
// process: the tests of the clients themselves are elsewhere.
type sequenceWriter struct {
	name string
	// applies says that the writer has a source, of which it writes all.
	applies bool
	// edits says that the writer looks at what is stored first, and changes that.
	edits bool
	// deletes says that the writer writes nothing.
	deletes bool
	force   bool
	write   func(s *sequence, t *testing.T, name string, keys texts, force, dryRun bool) (stored, error)
}

var sequenceWriters = []sequenceWriter{
	{name: "alice applies by force", applies: true, force: true, write: applyAs("alice")},
	{name: "bob applies", applies: true, write: applyAs("bob")},
	{name: "carol applies", applies: true, write: applyAs("carol")},
	{name: "kubectl apply", applies: true, write: (*sequence).kubectlApply},
	{name: "kubectl apply again", applies: true, write: (*sequence).kubectlApply}, // with a source of its own
	{name: "a merge patch", write: patchAs(types.MergePatchType)},
	{name: "a strategic merge patch", write: patchAs(types.StrategicMergePatchType)},
	{name: "a JSON patch", write: (*sequence).jsonPatch},
	{name: "a replacement", write: (*sequence).replace},
	{name: "an edit", edits: true, write: (*sequence).edit},
	{name: "a deletion", deletes: true, write: (*sequence).remove},
}

func dryRunAll(dryRun bool) []string {
	if dryRun {
		return []string{metav1.DryRunAll}
	}
	return nil
}

func result(cm *corev1.ConfigMap, err error) (stored, error) {
	if err != nil {
		return stored{}, err
	}
	return storedOf(cm), nil
}

func newConfigMap(name string, keys texts) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: extraconfig.Namespace},
		Data:       keys,
	}
}

// applyAs applies server-side.
func applyAs(manager string) func(*sequence, *testing.T, string, texts, bool, bool) (stored, error) {
	return func(s *sequence, t *testing.T, name string, keys texts, force, dryRun bool) (stored, error) {
		return result(s.API.CoreV1().ConfigMaps(extraconfig.Namespace).Patch(t.Context(), name, types.ApplyYAMLPatchType,
			[]byte(harness.JSON(t, newConfigMap(name, keys))), metav1.PatchOptions{FieldManager: manager, Force: &force, DryRun: dryRunAll(dryRun)}))
	}
}

// kubectlApply computes its patch as kubectl apply does.
func (s *sequence) kubectlApply(t *testing.T, name string, keys texts, _, dryRun bool) (stored, error) {
	const manager = "kubectl-client-side-apply"
	configMaps := s.API.CoreV1().ConfigMaps(extraconfig.Namespace)
	manifest := newConfigMap(name, keys)
	manifest.Annotations = map[string]string{extraconfig.LastAppliedAnnotation: harness.JSON(t, manifest) + "\n"}
	live, err := configMaps.Get(t.Context(), name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return result(configMaps.Create(t.Context(), manifest, metav1.CreateOptions{FieldManager: manager, DryRun: dryRunAll(dryRun)}))
	}
	if err != nil {
		return stored{}, err
	}
	schema, err := strategicpatch.NewPatchMetaFromStruct(corev1.ConfigMap{})
	if err != nil {
		t.Fatal(err)
	}
	live.TypeMeta = manifest.TypeMeta
	patch, err := strategicpatch.CreateThreeWayMergePatch([]byte(live.Annotations[extraconfig.LastAppliedAnnotation]),
		[]byte(harness.JSON(t, manifest)), []byte(harness.JSON(t, live)), schema, true)
	if err != nil {
		t.Fatal(err)
	}
	if string(patch) == "{}" {
		return storedOf(live), nil
	}
	return result(configMaps.Patch(t.Context(), name, types.StrategicMergePatchType, patch, metav1.PatchOptions{FieldManager: manager, DryRun: dryRunAll(dryRun)}))
}

// patchAs sets the keys, and leaves the others.
func patchAs(kind types.PatchType) func(*sequence, *testing.T, string, texts, bool, bool) (stored, error) {
	return func(s *sequence, t *testing.T, name string, keys texts, _, dryRun bool) (stored, error) {
		return result(s.API.CoreV1().ConfigMaps(extraconfig.Namespace).Patch(t.Context(), name, kind,
			[]byte(harness.JSON(t, map[string]any{"data": keys})), metav1.PatchOptions{FieldManager: "patcher", DryRun: dryRunAll(dryRun)}))
	}
}

func (s *sequence) jsonPatch(t *testing.T, name string, keys texts, _, dryRun bool) (stored, error) {
	patch := []map[string]any{{"op": "test", "path": "/kind", "value": "ConfigMap"}}
	if s.get(t, name).data == nil {
		patch = append(patch, map[string]any{"op": "add", "path": "/data", "value": texts{}})
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		patch = append(patch, map[string]any{"op": "add", "path": "/data/" + key, "value": keys[key]})
	}
	return result(s.API.CoreV1().ConfigMaps(extraconfig.Namespace).Patch(t.Context(), name, types.JSONPatchType,
		[]byte(harness.JSON(t, patch)), metav1.PatchOptions{FieldManager: "patcher", DryRun: dryRunAll(dryRun)}))
}

// replace writes the whole object, as kubectl replace does, or creates it.
func (s *sequence) replace(t *testing.T, name string, keys texts, _, dryRun bool) (stored, error) {
	configMaps := s.API.CoreV1().ConfigMaps(extraconfig.Namespace)
	cm, err := configMaps.Update(t.Context(), newConfigMap(name, keys), metav1.UpdateOptions{FieldManager: "replacer", DryRun: dryRunAll(dryRun)})
	if apierrors.IsNotFound(err) {
		return result(configMaps.Create(t.Context(), newConfigMap(name, keys), metav1.CreateOptions{FieldManager: "replacer", DryRun: dryRunAll(dryRun)}))
	}
	return result(cm, err)
}

// edit changes what is stored.
func (s *sequence) edit(t *testing.T, name string, keys texts, _, dryRun bool) (stored, error) {
	configMaps := s.API.CoreV1().ConfigMaps(extraconfig.Namespace)
	cm, err := configMaps.Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		return stored{}, err
	}
	maps.Copy(cm.Data, keys)
	return result(configMaps.Update(t.Context(), cm, metav1.UpdateOptions{FieldManager: "editor", DryRun: dryRunAll(dryRun)}))
}

func (s *sequence) remove(t *testing.T, name string, _ texts, _, dryRun bool) (stored, error) {
	if dryRun {
		return stored{}, nil
	}
	return stored{}, s.deleteConfigMap(t, name)
}
