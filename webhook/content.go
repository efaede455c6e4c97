package webhook

import (
	"bytes"
	"context"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

// content judges the content of a ConfigMap that DNS servers load. It refuses what would stop a server.
type content struct {
	cluster func() *extraconfig.Cluster
	policy  extraconfig.KeyPolicy
	// observe has it refuse nothing, and warn of what it would refuse.
	observe bool
	explain ExplainPolicy
	*measures
}

var _ admission.Validator[*corev1.ConfigMap] = (*content)(nil)

// ValidateCreate judges a new ConfigMap.
func (c *content) ValidateCreate(ctx context.Context, cm *corev1.ConfigMap) (admission.Warnings, error) {
	if !guarded(cm) {
		return nil, nil
	}
	before := &corev1.ConfigMap{}
	return c.verdict(ctx, before, cm, c.problems(ctx, before, cm))
}

// ValidateUpdate judges a changed ConfigMap. Where the content is what is stored already,
// refusing the write would fix nothing: its problems are told as warnings.
func (c *content) ValidateUpdate(ctx context.Context, before, cm *corev1.ConfigMap) (admission.Warnings, error) {
	if !guarded(cm) {
		return nil, nil
	}
	problems := c.problems(ctx, before, cm)
	if sameContent(before, cm) {
		for i := range problems {
			problems[i].Severity = corefile.Warning
		}
	}
	return c.verdict(ctx, before, cm, problems)
}

// ValidateDelete allows everything: without a ConfigMap the servers start.
func (c *content) ValidateDelete(context.Context, *corev1.ConfigMap) (admission.Warnings, error) {
	return nil, nil
}

func (c *content) problems(ctx context.Context, before, cm *corev1.ConfigMap) []corefile.Problem {
	ctx, cancel := forVerdict(ctx)
	defer cancel()
	cluster := *c.cluster()
	cluster.Stop = func() bool { return ctx.Err() != nil }
	write := extraconfig.Write{Before: valueOf(before), After: valueOf(cm), Uses: cluster.Uses(cm.Name)}
	if c.observe && c.policy != extraconfig.RejectKeys {
		write.After, _, _ = write.Normalise() // as the webhook before would have, had it not observed
	}
	return append(write.CheckKeys(), cluster.Check(cm.Name, write.After)...)
}

func sameContent(a, b *corev1.ConfigMap) bool {
	return maps.Equal(a.Data, b.Data) && maps.EqualFunc(a.BinaryData, b.BinaryData, bytes.Equal)
}

func (c *content) verdict(ctx context.Context, before, cm *corev1.ConfigMap, problems []corefile.Problem) (admission.Warnings, error) {
	var errors, warnings []corefile.Problem
	for _, p := range problems {
		// Neither the text of the Corefile nor a message, which repeats words of it,
		// belongs in a log.
		log.FromContext(ctx).Info("Found a problem", "severity", p.Severity, "rule", p.Rule, "key", p.File, "line", p.Line, "column", p.Column, "server", p.Server)
		if p.Severity == corefile.Error {
			errors = append(errors, p)
		} else {
			warnings = append(warnings, p)
		}
	}
	if len(errors) > 0 && c.observe {
		c.count("content", "would-deny", errors[0].Rule)
		refused := sentences(cm, errors)
		for i := range refused {
			refused[i] = "would be rejected: " + refused[i]
		}
		return fit(room, moreWarnings, refused, sentences(cm, warnings)), nil
	}
	if len(errors) > 0 {
		c.count("content", "denied", errors[0].Rule)
		return fit(room, moreWarnings, sentences(cm, warnings)), invalid(cm, errors)
	}
	if len(warnings) > 0 {
		c.count("content", "warned", warnings[0].Rule)
	} else {
		c.allowed("content")
	}
	var changes []string
	if c.explain.wants(ctx) && !sameContent(before, cm) {
		changes = explained(ctx, c.cluster(), before, cm)
	}
	return fit(room, moreWarnings, sentences(cm, warnings), changes), nil
}
