package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"corewarden/extraconfig"
)

// keys fixes the key names of the ConfigMap. Names that it cannot fix it leaves to content,
// which sees the object afterwards and says why.
type keys struct {
	cluster func() *extraconfig.Cluster
	policy  extraconfig.KeyPolicy
	observe bool
	*measures
}

// maxLogged is how many renames of one write are logged.
const maxLogged = 15

func (k keys) Handle(ctx context.Context, req admission.Request) admission.Response {
	if req.Namespace != extraconfig.Namespace || len(req.Object.Raw) == 0 {
		return admission.Allowed("")
	}
	before, errBefore := decodeConfigMap(req.OldObject.Raw)
	after, errAfter := decodeConfigMap(req.Object.Raw)
	if err := errors.Join(errBefore, errAfter); err != nil {
		log.FromContext(ctx).Error(err, "Got no ConfigMap")
		return untouched("it cannot be read as a ConfigMap")
	}
	if !guarded(after) {
		return admission.Allowed("")
	}
	if k.policy == extraconfig.RejectKeys || keysMustStay(before, after) {
		k.allowed("keys")
		return admission.Allowed("")
	}
	write := extraconfig.Write{Before: valueOf(before), After: valueOf(after), Uses: k.cluster().Uses(after.Name)}
	normal, renames, _ := write.Normalise()
	if reflect.DeepEqual(normal, write.After) {
		k.allowed("keys")
		return admission.Allowed("")
	}
	if k.observe {
		k.count("keys", "would-change", extraconfig.RuleKeyName)
		var warnings []string
		for _, rename := range renames {
			warnings = append(warnings, rename.Would())
		}
		return admission.Allowed("").WithWarnings(fit(roomOfKeys, "%d more keys would be renamed", warnings)...)
	}
	fixed, err := fix(req.Object.Raw, before, after, normal)
	if err != nil {
		return untouched(err.Error())
	}
	response := admission.PatchResponseFromRaw(req.Object.Raw, fixed)
	var warnings []string
	for i, rename := range renames {
		if i < maxLogged {
			log.FromContext(ctx).Info("Renamed a key", "from", rename.From, "to", rename.To)
		}
		warnings = append(warnings, rename.String())
	}
	response = response.WithWarnings(fit(roomOfKeys, "%d more keys renamed", warnings)...)
	if len(renames) > 0 {
		k.count("keys", "changed", extraconfig.RuleKeyName)
	} else {
		k.count("keys", "changed", "renamed-keys")
	}
	return response
}

// fix replaces the parts of the new object that normalising changes. All else stays as it
// was sent, fields that this program does not know included.
func fix(raw []byte, before, after *corev1.ConfigMap, normal extraconfig.ConfigMap) ([]byte, error) {
	var object map[string]any
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, err
	}
	managedFields, err := record(normal, after.ManagedFields, before.ManagedFields)
	if err != nil {
		return nil, err
	}
	fixed := after.DeepCopy()
	fixed.Data, fixed.BinaryData, fixed.Annotations = normal.Data, normal.BinaryData, normal.Annotations
	fixed.ManagedFields = managedFields
	if sameAsStored(before, fixed) {
		// Not even the times are new, so that nothing is stored.
		managedFields = before.ManagedFields
	}

	set := func(parent map[string]any, field string, value any, empty bool) {
		if empty {
			delete(parent, field)
		} else {
			parent[field] = value
		}
	}
	set(object, "data", normal.Data, len(normal.Data) == 0)
	set(object, "binaryData", normal.BinaryData, len(normal.BinaryData) == 0)
	metadata, _ := object["metadata"].(map[string]any)
	set(metadata, "annotations", normal.Annotations, len(normal.Annotations) == 0)
	set(metadata, "managedFields", managedFields, len(managedFields) == 0)
	return json.Marshal(object)
}

// sameAsStored reports whether a write changes nothing but what the API server fills in
// with every write.
func sameAsStored(before, after *corev1.ConfigMap) bool {
	if !sameRecord(before.ManagedFields, after.ManagedFields) {
		return false
	}
	strip := func(cm *corev1.ConfigMap) *corev1.ConfigMap {
		cm = cm.DeepCopy()
		cm.ManagedFields, cm.ResourceVersion, cm.UID = nil, "", ""
		cm.CreationTimestamp = metav1.Time{}
		return cm
	}
	return equality.Semantic.DeepEqual(strip(before), strip(after))
}

// decodeConfigMap reads an object, where there is one.
func decodeConfigMap(raw []byte) (*corev1.ConfigMap, error) {
	cm := &corev1.ConfigMap{}
	if len(raw) == 0 {
		return cm, nil
	}
	return cm, json.Unmarshal(raw, cm)
}

// keysMustStay reports whether a write leaves the content of a ConfigMap as it is for good. To
// rename a key then would keep a finalizer from being removed, if the content is bad, and any
// other change as well, if the ConfigMap is immutable.
func keysMustStay(before, after *corev1.ConfigMap) bool {
	return (immutable(before) || after.DeletionTimestamp != nil) && sameContent(before, after)
}

func immutable(cm *corev1.ConfigMap) bool { return cm.Immutable != nil && *cm.Immutable }

// guarded reports whether an object is a ConfigMap that the servers load. They load one that
// is being deleted until its last finalizer is removed.
func guarded(cm *corev1.ConfigMap) bool {
	return cm.Namespace == extraconfig.Namespace && slices.Contains(extraconfig.Bundles(), cm.Name)
}

func valueOf(cm *corev1.ConfigMap) extraconfig.ConfigMap {
	return extraconfig.ConfigMap{
		Data: cm.Data, BinaryData: cm.BinaryData, Annotations: cm.Annotations, Immutable: immutable(cm), Owners: ownersOf(cm.ManagedFields),
	}
}
