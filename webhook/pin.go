package webhook

import (
	"context"
	"encoding/json"
	"fmt"

	"gomodules.xyz/jsonpatch/v2"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"corewarden/extraconfig"
)

// pin points the volumes of a new pod that hold the ConfigMap at the copy that it should load.
// The template of its workload stays as it is, so nobody's ownership of that is touched.
type pin struct {
	// copyFor returns the name of the copy, or "" where the pod stays as it is.
	copyFor func(context.Context, *corev1.Pod) (string, error)
	*measures
}

func (p pin) Handle(ctx context.Context, req admission.Request) admission.Response {
	var pod corev1.Pod
	if err := json.Unmarshal(req.Object.Raw, &pod); err != nil {
		log.FromContext(ctx).Error(err, "Got no pod")
		return untouched("it cannot be read as a pod")
	}
	places := mounts(&pod)
	if len(places) == 0 {
		p.allowed("pin")
		return admission.Allowed("")
	}
	name, err := p.copyFor(ctx, &pod)
	if err != nil {
		log.FromContext(ctx).Error(err, "Does not know what a pod should load")
		return untouched("what it should load is not known")
	}
	if name == "" {
		p.allowed("pin")
		return admission.Allowed("")
	}
	var patches []jsonpatch.Operation
	for _, place := range places {
		patches = append(patches, jsonpatch.NewOperation("replace", place, name))
	}
	p.count("pin", "changed", "pod-pinned")
	return admission.Patched("", patches...)
}

// mounts returns the paths in a pod at which its volumes name the ConfigMap.
func mounts(pod *corev1.Pod) []string {
	var places []string
	for i, volume := range pod.Spec.Volumes {
		if source := volume.ConfigMap; source != nil && source.Name == extraconfig.Name {
			places = append(places, fmt.Sprintf("/spec/volumes/%d/configMap/name", i))
		}
		if volume.Projected == nil {
			continue
		}
		for j, source := range volume.Projected.Sources {
			if source.ConfigMap != nil && source.ConfigMap.Name == extraconfig.Name {
				places = append(places, fmt.Sprintf("/spec/volumes/%d/projected/sources/%d/configMap/name", i, j))
			}
		}
	}
	return places
}
