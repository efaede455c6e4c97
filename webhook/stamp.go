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

// stamp keeps the stamp of a workload as it is, whoever writes the workload: only the
// rollout controller may change it. So a rollout undo, a replace, or an operator that
// knows nothing of the stamp does not restart DNS. It is a function of the old object,
// the new one and the user alone.
type stamp struct {
	controller string
	*measures
}

func (s stamp) Handle(ctx context.Context, req admission.Request) admission.Response {
	if req.Operation != admissionv1.Update || req.UserInfo.Username == s.controller {
		s.allowed("stamp")
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
		s.allowed("stamp")
		return admission.Allowed("")
	}
	s.count("stamp", "changed", "stamp-kept")
	return admission.Patched("", patches...)
}

// workload is what a Deployment and a DaemonSet have in common here.
type workload struct {
	Spec struct {
		Template struct {
			Metadata *struct {
				Annotations map[string]string `json:"annotations"`
			} `json:"metadata"`
		} `json:"template"`
	} `json:"spec"`
}

func decodeWorkload(raw []byte) (workload, error) {
	var w workload
	err := json.Unmarshal(raw, &w)
	return w, err
}

func (w workload) annotations() map[string]string {
	if w.Spec.Template.Metadata == nil {
		return nil
	}
	return w.Spec.Template.Metadata.Annotations
}

// keep returns the patches that give after the stamp of before, or its absence.
func keep(before, after workload) []jsonpatch.Operation {
	const metadata = "/spec/template/metadata"
	path := metadata + "/annotations/" + strings.ReplaceAll(extraconfig.HashAnnotation, "/", "~1")
	was, had := before.annotations()[extraconfig.HashAnnotation]
	is, has := after.annotations()[extraconfig.HashAnnotation]
	stamp := map[string]string{extraconfig.HashAnnotation: was}
	switch {
	case had == has && was == is:
		return nil
	case !had:
		return []jsonpatch.Operation{jsonpatch.NewOperation("remove", path, nil)}
	case after.Spec.Template.Metadata == nil:
		return []jsonpatch.Operation{jsonpatch.NewOperation("add", metadata, map[string]any{"annotations": stamp})}
	case after.annotations() == nil:
		return []jsonpatch.Operation{jsonpatch.NewOperation("add", metadata+"/annotations", stamp)}
	}
	return []jsonpatch.Operation{jsonpatch.NewOperation("add", path, was)}
}
