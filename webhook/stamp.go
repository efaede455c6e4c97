package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"gomodules.xyz/jsonpatch/v2"
	admissionv1 "k8s.io/api/admission/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"corewarden/extraconfig"
)

// keeper keeps the stamp of a workload as it is, and what is kept on it of its rollouts,
// whoever writes the workload: only the rollout controller may change them. So a rollout undo,
// a replace, or an operator that knows nothing of the stamp does not restart DNS. It is a
// function of the old object, the new one and the user alone.
type keeper struct {
	controller string
	observe    bool
	*measures
}

func (k keeper) Handle(ctx context.Context, req admission.Request) admission.Response {
	if req.Operation != admissionv1.Update || req.UserInfo.Username == k.controller {
		k.allowed("stamp")
		return admission.Allowed("")
	}
	before, errBefore := decodeWorkload(req.OldObject.Raw)
	after, errAfter := decodeWorkload(req.Object.Raw)
	if err := errors.Join(errBefore, errAfter); err != nil {
		log.FromContext(ctx).Error(err, "Got no workload")
		return untouched("it cannot be read as a workload")
	}
	patches := keep(before, after)
	if len(patches) == 0 {
		k.allowed("stamp")
		return admission.Allowed("")
	}
	if k.observe {
		k.count("stamp", "would-change", "stamp-kept")
		return admission.Allowed("")
	}
	k.count("stamp", "changed", "stamp-kept")
	return admission.Patched("", patches...)
}

// workload is what a Deployment and a DaemonSet have in common here.
type workload struct {
	Metadata *metadata `json:"metadata"`
	Spec     struct {
		Template struct {
			Metadata *metadata `json:"metadata"`
		} `json:"template"`
	} `json:"spec"`
}

type metadata struct {
	Annotations map[string]string `json:"annotations"`
}

func decodeWorkload(raw []byte) (workload, error) {
	var w workload
	err := json.Unmarshal(raw, &w)
	return w, err
}

// keep returns the patches that give after the stamp and the records of before, or their
// absence.
func keep(before, after workload) []jsonpatch.Operation {
	return append(keepAnnotations("/spec/template/metadata", before.Spec.Template.Metadata, after.Spec.Template.Metadata, extraconfig.HashAnnotation),
		keepAnnotations("/metadata", before.Metadata, after.Metadata, extraconfig.RecordAnnotations()...)...)
}

// keepAnnotations returns the patches that give the metadata at a path the annotations of some
// names that it had before.
func keepAnnotations(path string, before, after *metadata, names ...string) []jsonpatch.Operation {
	var patches []jsonpatch.Operation
	lost := map[string]string{} // where there is nothing to add them to
	for _, name := range names {
		was, had := before.annotations()[name]
		is, has := after.annotations()[name]
		place := path + "/annotations/" + strings.ReplaceAll(name, "/", "~1")
		switch {
		case had == has && was == is:
		case !had:
			patches = append(patches, jsonpatch.NewOperation("remove", place, nil))
		case after.annotations() == nil:
			lost[name] = was
		default:
			patches = append(patches, jsonpatch.NewOperation("add", place, was))
		}
	}
	switch {
	case len(lost) == 0:
		return patches
	case after == nil:
		return append(patches, jsonpatch.NewOperation("add", path, map[string]any{"annotations": lost}))
	}
	return append(patches, jsonpatch.NewOperation("add", path+"/annotations", lost))
}

func (m *metadata) annotations() map[string]string {
	if m == nil {
		return nil
	}
	return m.Annotations
}
