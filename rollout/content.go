package rollout

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"corewarden/cluster"
	"corewarden/corefile"
	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

// A content is one version of what the ConfigMap holds.
type content struct {
	// object is the ConfigMap, or nil where there is none.
	object *corev1.ConfigMap
	// cluster is what it was judged in.
	cluster *extraconfig.Cluster
	hash    string
	// former are what former versions of Corewarden would have written for hash.
	former []string
	// stamps are those of all that each workload loads, by its name: mostly the hash.
	stamps map[string]string
	// errors are the problems that keep the content from being rolled out.
	errors []corefile.Problem
	// beside says what is wrong with other ConfigMaps that a workload may load, by their names.
	beside map[string]string
	// seen is when these stamps were first wanted.
	seen time.Time
}

// read returns the content of the ConfigMap, and of what the workloads that were found load
// beside it. A version that was read before is not hashed and checked again: most reconciles
// come from the workloads' status.
func (r *reconciler) read(snapshot *cluster.Snapshot, found [2]workload) *content {
	c := &content{object: snapshot.ConfigMap, cluster: snapshot.Cluster, seen: r.now(), stamps: map[string]string{}}
	var last *content
	if r.last != nil {
		last = r.last.content
	}
	if last != nil && c.sameVersion(last) {
		c.hash, c.former, c.errors, c.beside = last.hash, last.former, last.errors, last.beside
	} else {
		c.judge(r.hashes)
	}
	for i, t := range r.targets() {
		c.stamps[t.name] = c.hash
		if found[i] != nil {
			c.stamps[t.name] = c.cluster.Stamp(found[i].loads(), c.hash)
		}
	}
	if last != nil && maps.Equal(last.stamps, c.stamps) {
		c.seen = last.seen
	}
	return c
}

// value is what counts of the ConfigMap.
func (c *content) value() extraconfig.ConfigMap {
	if c.object == nil {
		return extraconfig.ConfigMap{}
	}
	return extraconfig.ConfigMap{Data: c.object.Data, BinaryData: c.object.BinaryData, Annotations: c.object.Annotations}
}

// judge finds out the hash of c and what is wrong with it and with what is loaded beside it.
func (c *content) judge(hashesOf func(extraconfig.ConfigMap) []string) {
	value := c.value()
	if c.object != nil {
		c.errors = errorsOf(c.cluster.Check(extraconfig.Name, value))
	}
	hashes := hashesOf(value)
	c.hash, c.former, c.beside = hashes[0], hashes[1:], map[string]string{}
	for _, name := range extraconfig.Bundles() {
		if beside, found := c.cluster.ConfigMaps[name]; found && name != extraconfig.Name {
			if errs := errorsOf(c.cluster.Check(name, beside)); len(errs) > 0 {
				c.beside[name] = name + " is " + invalidNote(errs)
			}
		}
	}
}

func errorsOf(problems []corefile.Problem) []corefile.Problem {
	return slices.DeleteFunc(problems, func(p corefile.Problem) bool { return p.Severity != corefile.Error })
}

// goal returns what the workload of a name, nil if it is not there, should run.
func (c *content) goal(name string, w workload) plan.Goal {
	g := plan.Goal{Hash: c.stamps[name], Deleted: c.object == nil}
	g.Empty = g.Hash == extraconfig.EmptyHash
	if w != nil {
		c.describe(&g, w)
	}
	for _, name := range c.besides(w) {
		g.Invalid = cmp.Or(g.Invalid, c.beside[name])
	}
	if len(c.errors) > 0 {
		g.Invalid = "a server would not start on the content"
	}
	return g
}

// describe adds to a goal what depends on what its workload loads.
func (c *content) describe(g *plan.Goal, w workload) {
	loads := w.loads()
	if workloads, within, _ := c.cluster.Reloads(); slices.Contains(workloads, loads.Name) {
		g.Reloads = within
	}
	// Of a ConfigMap beside nothing tells when it was written.
	if c.object != nil && len(c.besides(w)) == 0 {
		g.Written = writtenAt(c.object)
	}
	for _, hash := range c.former {
		g.Former = append(g.Former, c.cluster.Stamp(loads, hash))
	}
	for _, name := range loads.Volumes().ConfigMaps() {
		switch why, unknown := c.cluster.Unknown[name]; {
		case !unknown || !slices.Contains(extraconfig.Bundles(), name):
		case why == extraconfig.NotReadYet:
			g.Unread = true
		default:
			g.Unknown = fmt.Sprintf("what ConfigMap %s holds is unknown: %s", name, why)
		}
	}
}

// besides returns the names of the ConfigMaps that the workload loads beside c.
func (c *content) besides(w workload) []string {
	if w == nil {
		return nil
	}
	return c.cluster.Beside(w.loads())
}

// sameVersion reports whether c and other were read from the same objects.
func (c *content) sameVersion(other *content) bool {
	return c.sameObject(other) && c.cluster == other.cluster
}

func (c *content) sameObject(other *content) bool {
	a, b := c.object, other.object
	if a == nil || b == nil {
		return a == b
	}
	return a.UID == b.UID && a.ResourceVersion == b.ResourceVersion
}

// rejection says why the ConfigMap is not rolled out; it is empty where it is.
func (c *content) rejection() string {
	if len(c.errors) == 0 {
		return ""
	}
	return invalidNote(c.errors)
}
