package rollout

import (
	"cmp"
	"context"
	"fmt"
	"maps"
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
	// stamps are those of all that each workload loads, by its name: mostly the hash.
	stamps map[string]string
	// errors are the problems that keep the content from being rolled out.
	errors []corefile.Problem
	// beside says what is wrong with other ConfigMaps that a workload may load, by their names.
	beside map[string]string
	// seen is when this hash was first seen.
	seen time.Time
	// introduced says that it was told of, since a workload was without it; stamped says
	// that CoreDNS was stamped with it.
	introduced, stamped bool
}

// read returns the content of the cached ConfigMap, and of what the workloads that were found
// load beside it. A version that was read before is not hashed and checked again: most
// reconciles come from the workloads' status.
func (r *reconciler) read(ctx context.Context) (*content, error) {
	object := &corev1.ConfigMap{}
	name := types.NamespacedName{Namespace: extraconfig.Namespace, Name: extraconfig.Name}
	switch err := r.client.Get(ctx, name, object); {
	case apierrors.IsNotFound(err):
		object = nil
	case err != nil:
		return nil, fmt.Errorf("read ConfigMap %s: %w", name, err)
	}
	last := r.content
	c := &content{object: object, cluster: r.cluster(), seen: r.now()}
	known := last != nil && sameVersion(last.object, object)
	if known && last.cluster == c.cluster {
		c.hash, c.errors, c.beside = last.hash, last.errors, last.beside
	} else {
		c.judge()
	}
	switch r.stamp(c); {
	case last != nil && maps.Equal(last.stamps, c.stamps):
		c.seen, c.introduced, c.stamped = last.seen, last.introduced, last.stamped
		if !known {
			r.measures.unchanged.Inc()
		}
	case last != nil && last.introduced && !last.stamped:
		r.measures.coalesced.Inc()
		fallthrough
	default:
		log.FromContext(ctx).Info("new content", "hash", c.hash, "stamps", c.stamps, "configMap", object != nil)
	}
	r.content = c
	return c, nil
}

// judge finds out the hash of c and what is wrong with it and with what is loaded beside it.
func (c *content) judge() {
	var value extraconfig.ConfigMap
	if c.object != nil {
		value = extraconfig.ConfigMap{Data: c.object.Data, BinaryData: c.object.BinaryData, Annotations: c.object.Annotations}
		c.errors = errorsOf(c.cluster.Check(extraconfig.Name, value))
	}
	c.hash, c.beside = value.Hash(), map[string]string{}
	for _, name := range extraconfig.Bundles() {
		if beside, found := c.cluster.ConfigMaps[name]; found && name != extraconfig.Name {
			if errs := errorsOf(c.cluster.Check(name, beside)); len(errs) > 0 {
				c.beside[name] = name + " is " + invalidNote(errs)
			}
		}
	}
}

// stamp finds out what the workloads are to be stamped with for c.
func (r *reconciler) stamp(c *content) {
	c.stamps = map[string]string{}
	for _, t := range r.targets() {
		c.stamps[t.name] = c.hash
		if t.workload != nil {
			c.stamps[t.name] = c.cluster.Stamp(t.workload.loads(), c.hash)
		}
	}
}

func errorsOf(problems []corefile.Problem) []corefile.Problem {
	return slices.DeleteFunc(problems, func(p corefile.Problem) bool { return p.Severity != corefile.Error })
}

// goal returns what t's workload should be rolled out for.
func (c *content) goal(t *target) goal {
	g := goal{hash: c.stamps[t.name], deleted: c.object == nil}
	for _, name := range t.beside(c) {
		g.invalid = cmp.Or(g.invalid, c.beside[name])
	}
	if len(c.errors) > 0 {
		g.invalid = "a server would not start on the content"
	}
	return g
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

// reject says, once and not on every reconcile, why c is not rolled out, if it is not.
func (r *reconciler) reject(ctx context.Context, c *content) {
	if len(c.errors) == 0 {
		r.rejected = rejection{}
		return
	}
	said := rejection{c.object.UID, invalidNote(c.errors)}
	if said == r.rejected {
		return
	}
	r.rejected = said
	first := c.errors[0]
	log.FromContext(ctx).Info("content is invalid and is not rolled out", "hash", c.hash,
		"errors", len(c.errors), "rule", first.Rule, "key", first.File, "line", first.Line, "column", first.Column)
	r.events.Eventf(c.object, nil, corev1.EventTypeWarning, reasonInvalid, actionCheck, "%s", said.note)
}
