package webhook

import (
	"context"
	"encoding/json"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"corewarden/extraconfig"
)

// keys mends the key names of the ConfigMap. What cannot be mended it leaves to content,
// which sees the object afterwards and says why.
type keys struct{ *measures }

func (k keys) Handle(ctx context.Context, req admission.Request) admission.Response {
	if req.Namespace != extraconfig.Namespace || len(req.Object.Raw) == 0 {
		return admission.Allowed("")
	}
	var cm corev1.ConfigMap
	if err := json.Unmarshal(req.Object.Raw, &cm); err != nil {
		log.FromContext(ctx).Error(err, "Got no ConfigMap")
		return untouched("it cannot be read as a ConfigMap")
	}
	if !guarded(&cm) {
		return admission.Allowed("")
	}
	normal, renames, _ := extraconfig.Normalise(valueOf(&cm))
	if len(renames) == 0 {
		k.allowed("keys")
		return admission.Allowed("")
	}
	response := k.patch(req.Object.Raw, normal)
	for _, rename := range renames {
		log.FromContext(ctx).Info("Renamed a key", "from", rename.From, "to", rename.To)
		response = response.WithWarnings(rename.String())
	}
	k.count("keys", "changed", "key-name")
	return response
}

// patch replaces the parts of the object that normalising changes. All else stays as it
// was sent, fields that this program does not know included.
func (k keys) patch(raw []byte, normal extraconfig.ConfigMap) admission.Response {
	var object map[string]any
	if err := json.Unmarshal(raw, &object); err != nil {
		return untouched(err.Error())
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
	mended, err := json.Marshal(object)
	if err != nil {
		return untouched(err.Error())
	}
	return admission.PatchResponseFromRaw(raw, mended)
}

// guarded reports whether an object is a ConfigMap that the servers load, and is to stay:
// one that is being deleted is only waiting for its finalizers.
func guarded(cm *corev1.ConfigMap) bool {
	return cm.Namespace == extraconfig.Namespace && slices.Contains(extraconfig.Bundles(), cm.Name) && cm.DeletionTimestamp == nil
}

func valueOf(cm *corev1.ConfigMap) extraconfig.ConfigMap {
	return extraconfig.ConfigMap{Data: cm.Data, BinaryData: cm.BinaryData, Annotations: cm.Annotations}
}
