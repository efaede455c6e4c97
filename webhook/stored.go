package webhook

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	admissionv1 "k8s.io/api/admission/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"corewarden/cluster"
	"corewarden/corefile"
	"corewarden/extraconfig"
)

// stored warns where a workload, or a Corefile that one starts on, changes so that a
// server would not start on a ConfigMap that is stored, and where that is deleted. It refuses
// nothing: the change may be the first of several.
type stored struct {
	cluster func() *extraconfig.Cluster
	*measures
}

func (s stored) Handle(ctx context.Context, req admission.Request) admission.Response {
	if req.Namespace != extraconfig.Namespace {
		return admission.Allowed("")
	}
	if req.Operation == admissionv1.Delete {
		return s.deletion(ctx, req)
	}
	if len(req.Object.Raw) == 0 {
		return admission.Allowed("")
	}
	before := *s.cluster()
	after, changed, err := changedBy(req, before)
	if err != nil {
		return unreadable(ctx, req, err)
	}
	var warnings []string
	rule := "" // the first
	for _, name := range extraconfig.Bundles() {
		value, found := after.ConfigMaps[name]
		if !changed || !found {
			continue
		}
		known := before.Check(name, value)
		for _, p := range after.Check(name, value) {
			same := func(other corefile.Problem) bool { return other.Rule == p.Rule && other.File == p.File }
			if warning := warningOf(name, value, p, slices.ContainsFunc(known, same)); warning != "" {
				log.FromContext(ctx).Info("Found a problem of what is stored", "configMap", name, "severity", p.Severity, "rule", p.Rule, "key", p.File, "line", p.Line, "server", p.Server)
				warnings, rule = append(warnings, warning), cmp.Or(rule, p.Rule)
			}
		}
	}
	return s.answer(warnings, rule)
}

// deletion warns of what the deletion of a ConfigMap does.
func (s stored) deletion(ctx context.Context, req admission.Request) admission.Response {
	cm, err := decodeConfigMap(req.OldObject.Raw)
	if err != nil {
		return unreadable(ctx, req, err)
	}
	if !guarded(cm) {
		return admission.Allowed("")
	}
	return s.answer(deleted(s.cluster(), cm), ruleDeletion)
}

func unreadable(ctx context.Context, req admission.Request, err error) admission.Response {
	log.FromContext(ctx).Error(err, "Got no object that counts")
	return untouched("it cannot be read as a " + req.Kind.Kind)
}

func (s stored) answer(warnings []string, rule string) admission.Response {
	if len(warnings) == 0 {
		s.allowed("stored")
		return admission.Allowed("")
	}
	s.count("stored", "warned", rule)
	return admission.Allowed("").WithWarnings(fit(room, moreWarnings, warnings)...)
}

// changedBy returns the cluster as it is once the request is carried out, and whether that
// makes a difference to what servers load.
func changedBy(req admission.Request, c extraconfig.Cluster) (after extraconfig.Cluster, changed bool, err error) {
	switch req.Kind.Kind {
	case "Deployment":
		before, now, err := decodeBoth[appsv1.Deployment](req)
		w := cluster.OfDeployment(now)
		return c.With(w), !reflect.DeepEqual(cluster.OfDeployment(before), w), err
	case "DaemonSet":
		before, now, err := decodeBoth[appsv1.DaemonSet](req)
		w := cluster.OfDaemonSet(now)
		return c.With(w), !reflect.DeepEqual(cluster.OfDaemonSet(before), w), err
	}
	before, now, err := decodeBoth[corev1.ConfigMap](req)
	return c.WithConfigMap(now.Name, valueOf(now)), !sameContent(before, now), err
}

// decodeBoth returns the object before and after the request; before is empty where there
// was none.
func decodeBoth[T any](req admission.Request) (before, after *T, err error) {
	before, after = new(T), new(T)
	if len(req.OldObject.Raw) > 0 {
		err = json.Unmarshal(req.OldObject.Raw, before)
	}
	return before, after, errors.Join(err, json.Unmarshal(req.Object.Raw, after))
}

// warningOf returns what to say of a problem of a stored ConfigMap, or "": only what stops
// a server, or from now on keeps it from loading anything, is worth telling who changed
// something else.
func warningOf(name string, value extraconfig.ConfigMap, p corefile.Problem, known bool) string {
	switch {
	case p.Severity == corefile.Error:
		place := name
		if p.File != "" {
			place += ", " + value.Field(p.File)
		}
		server := p.Server
		p.Server = "" // it is told at the start
		return fmt.Sprintf("the stored %s would stop %s: %s", place, server, sentence(p))
	case !known && slices.Contains([]string{extraconfig.RuleBrokenBase, extraconfig.RuleMissingBase, extraconfig.RuleNotLoaded}, p.Rule):
		return "the stored " + name + ": " + sentence(p)
	}
	return ""
}
