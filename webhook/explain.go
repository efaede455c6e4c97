package webhook

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"corewarden/explain"
	"corewarden/extraconfig"
)

// An ExplainPolicy says which writes are answered with what they change for names.
type ExplainPolicy string

// The policies.
const (
	ExplainDryRuns ExplainPolicy = "dry-run"
	ExplainAlways  ExplainPolicy = "always"
	ExplainNever   ExplainPolicy = "never"
)

// MarshalText returns the policy's name.
func (p ExplainPolicy) MarshalText() ([]byte, error) { return []byte(p), nil }

// UnmarshalText reads a policy's name.
func (p *ExplainPolicy) UnmarshalText(text []byte) error {
	switch policy := ExplainPolicy(text); policy {
	case ExplainDryRuns, ExplainAlways, ExplainNever:
		*p = policy
		return nil
	}
	return fmt.Errorf("%q is none of %s, %s and %s", text, ExplainDryRuns, ExplainAlways, ExplainNever)
}

const (
	// explainTime is how long an answer waits for what a write changes: the API server waits
	// 5 s in all.
	explainTime = time.Second
	// maxExplained is how many lines that is.
	maxExplained = 5
)

// wants reports whether the policy has the request of a context explained.
func (p ExplainPolicy) wants(ctx context.Context) bool {
	if p == ExplainAlways {
		return true
	}
	req, err := admission.RequestFromContext(ctx)
	return p == ExplainDryRuns && err == nil && req.DryRun != nil && *req.DryRun
}

// explained says what a write changes for names: nothing where a server does not start on one
// of the two contents.
func explained(ctx context.Context, k *extraconfig.Cluster, before, after *corev1.ConfigMap) []string {
	ctx, done := forVerdict(ctx)
	defer done()
	ctx, stop := context.WithTimeout(ctx, explainTime)
	defer stop()
	change := explain.Change{Cluster: *k, ConfigMap: after.Name, Before: valueOf(before), After: valueOf(after)}
	effects, err := change.Effects(ctx)
	switch {
	case errors.Is(err, explain.ErrTooLarge):
		return []string{"what changes: too large to explain here. Use corefile diff"}
	case err != nil:
		log.FromContext(ctx).V(1).Info("Cannot say what changes", "configMap", after.Name)
		return nil
	}
	lines := effects.Lines(maxExplained)
	for i, line := range lines {
		lines[i] = "what changes: " + line
	}
	return lines
}
