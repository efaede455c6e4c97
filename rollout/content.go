package rollout

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

// A content is one version of what the ConfigMap holds.
type content struct {
	// object is the ConfigMap, or nil where there is none.
	object *corev1.ConfigMap
	// cluster is what it was judged in.
	cluster *extraconfig.Cluster
	hash    string
	// errors are the problems that keep the content from being rolled out.
	errors []corefile.Problem
	// seen is when this hash was first seen.
	seen time.Time
	// introduced says that it was told of, since a workload was without it; stamped says
	// that CoreDNS was stamped with it.
	introduced, stamped bool
}

// read returns the content of the cached ConfigMap. A version that was read before is
// not hashed and checked again: most reconciles come from the workloads' status.
func (r *reconciler) read(ctx context.Context) (*content, error) {
	object := &corev1.ConfigMap{}
	name := types.NamespacedName{Namespace: extraconfig.Namespace, Name: extraconfig.Name}
	switch err := r.client.Get(ctx, name, object); {
	case apierrors.IsNotFound(err):
		object = nil
	case err != nil:
		return nil, fmt.Errorf("read ConfigMap %s: %w", name, err)
	}
	cluster := r.cluster()
	if last := r.content; last != nil && sameVersion(last.object, object) && last.cluster == cluster {
		return last, nil
	}

	c := &content{object: object, cluster: cluster, hash: extraconfig.EmptyHash, seen: r.now()}
	if object != nil {
		value := extraconfig.ConfigMap{Data: object.Data, BinaryData: object.BinaryData, Annotations: object.Annotations}
		c.hash = value.Hash()
		c.errors = slices.DeleteFunc(cluster.Check(extraconfig.Name, value),
			func(p corefile.Problem) bool { return p.Severity != corefile.Error })
	}
	switch last := r.content; {
	case last != nil && last.hash == c.hash:
		c.seen, c.introduced, c.stamped = last.seen, last.introduced, last.stamped
		if !sameVersion(last.object, object) {
			r.measures.unchanged.Inc()
		}
	case last != nil && last.introduced && !last.stamped:
		r.measures.coalesced.Inc()
		fallthrough
	default:
		log.FromContext(ctx).Info("new content", "hash", c.hash, "configMap", object != nil)
	}
	r.content = c
	return c, nil
}

func sameVersion(a, b *corev1.ConfigMap) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.UID == b.UID && a.ResourceVersion == b.ResourceVersion
}

// A rejection is what was said about content that is not rolled out.
type rejection struct {
	configMap types.UID
	note      string
}

// accept reports whether c may be rolled out. Why not, it says once, not on every
// reconcile.
func (r *reconciler) accept(ctx context.Context, c *content) bool {
	if len(c.errors) == 0 {
		r.measures.invalidContent.Set(0)
		r.rejected = rejection{}
		return true
	}
	r.measures.invalidContent.Set(1)
	said := rejection{c.object.UID, invalidNote(c.errors)}
	if said == r.rejected {
		return false
	}
	r.rejected = said
	first := c.errors[0]
	log.FromContext(ctx).Info("content is invalid and is not rolled out", "hash", c.hash,
		"errors", len(c.errors), "rule", first.Rule, "key", first.File, "line", first.Line, "column", first.Column)
	r.events.Eventf(c.object, nil, corev1.EventTypeWarning, reasonInvalid, actionCheck, "%s", said.note)
	return false
}
