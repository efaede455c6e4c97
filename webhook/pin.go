package webhook

import (
	"context"
	"encoding/json"
	"fmt"

	"gomodules.xyz/jsonpatch/v2"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// pin points the volumes of a new pod that hold ConfigMaps at the copies that it should load.
// The template of its workload stays as it is, so nobody's ownership of that is touched.
type pin struct {
	// copiesFor returns the names of the copies, by those of the ConfigMaps.
	copiesFor func(context.Context, *corev1.Pod) (map[string]string, error)
	*measures
}

func (p pin) Handle(ctx context.Context, req admission.Request) admission.Response {
	var pod corev1.Pod
	if err := json.Unmarshal(req.Object.Raw, &pod); err != nil {
		log.FromContext(ctx).Error(err, "Got no pod")
		return untouched("it cannot be read as a pod")
	}
	copies, err := p.copiesFor(ctx, &pod)
	if err != nil {
		log.FromContext(ctx).Error(err, "Does not know what a pod should load")
		return untouched("what it should load is not known")
	}
	patches := repoint(&pod, copies)
	if len(patches) == 0 {
		p.allowed("pin")
		return admission.Allowed("")
	}
	p.count("pin", "changed", "pod-pinned")
	return admission.Patched("", patches...)
}

// repoint returns the patches that have the volumes of a pod name copies in the place of the
// ConfigMaps that these stand for.
func repoint(pod *corev1.Pod, copies map[string]string) []jsonpatch.Operation {
	var patches []jsonpatch.Operation
	add := func(configMap, format string, at ...any) {
		if name := copies[configMap]; name != "" {
			patches = append(patches, jsonpatch.NewOperation("replace", fmt.Sprintf(format, at...), name))
		}
	}
	for i, volume := range pod.Spec.Volumes {
		if volume.ConfigMap != nil {
			add(volume.ConfigMap.Name, "/spec/volumes/%d/configMap/name", i)
		}
		if volume.Projected == nil {
			continue
		}
		for j, source := range volume.Projected.Sources {
			if source.ConfigMap != nil {
				add(source.ConfigMap.Name, "/spec/volumes/%d/projected/sources/%d/configMap/name", i, j)
			}
		}
	}
	return patches
}
