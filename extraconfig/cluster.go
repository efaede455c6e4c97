package extraconfig

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/danger"
	"corewarden/corefile/release"
	"corewarden/extraconfig/workload"
)

// A Cluster is what is known of the objects that decide what DNS servers load: those of
// the Namespace, live ones or those of manifests. Nothing in it is changed.
type Cluster struct {
	// Servers are judged for in any case. A workload of the same name tells more, its
	// image the release; without one the server is taken to load the ConfigMaps that
	// MetaKube's do, from a Corefile like theirs.
	Servers []Server
	// Workloads are the Deployments and DaemonSets that are known. Those that mount none of
	// the ConfigMaps count only where Servers names them.
	Workloads []workload.Workload
	// ConfigMaps are those that are there, by name: the servers' own Corefiles and the
	// ConfigMaps beside the one that is judged. Of that itself it holds what is stored.
	ConfigMaps map[string]ConfigMap
	// Unknown are ConfigMaps of which nothing is known, by name, with the reason why: it
	// ends a sentence.
	Unknown map[string]string
	// Services are the IP addresses of Services, by name.
	Services map[string]string
	// Corefiles are servers' own Corefiles that are not to be taken from ConfigMaps, by the
	// name of the workload. Only their Name, which problems call them, and Text count.
	Corefiles map[string]corefile.File
	// Stop, if given, is asked now and then whether a verdict takes too long. Once it says so,
	// that ends, and what is judged is rejected as too large. Several goroutines ask at once.
	Stop func() bool
	// Sources, if given, keep what was read of the files beside the judged ConfigMap, for the
	// next verdict on this cluster.
	Sources *corefile.Sources
}

// NotReadYet is why something is Unknown that will be known in a moment.
const NotReadYet = "it has not been read yet"

// A bundle is a ConfigMap that servers load beside their own Corefile.
type bundle struct {
	name      string
	workloads []string // that load it by default; none: every one
}

var bundles = []bundle{
	{name: Name},
	{name: CoreDNSName, workloads: []string{"coredns"}},
	{name: NodeLocalDNSName, workloads: []string{"node-local-dns"}},
}

// Bundles returns the names of the ConfigMaps that are judged: those that servers load
// beside their own Corefile.
func Bundles() []string {
	names := make([]string, len(bundles))
	for i, b := range bundles {
		names[i] = b.name
	}
	return names
}

// isBundle reports whether a ConfigMap is judged.
func isBundle(name string) bool {
	return slices.ContainsFunc(bundles, func(b bundle) bool { return b.name == name })
}

// With returns the cluster with one workload instead of the one of its kind and name. The
// ConfigMaps that matter only since then are unknown.
func (k Cluster) With(w workload.Workload) Cluster {
	before, _ := k.Names()
	k.Workloads = append(slices.DeleteFunc(slices.Clone(k.Workloads), func(other workload.Workload) bool {
		return other.Kind == w.Kind && other.Name == w.Name
	}), w)
	after, _ := k.Names()
	k.Unknown = maps.Clone(k.Unknown)
	for _, name := range after {
		if !slices.Contains(before, name) {
			if k.Unknown == nil {
				k.Unknown = map[string]string{}
			}
			k.Unknown[name] = NotReadYet
		}
	}
	return k
}

// WithConfigMap returns the cluster with a ConfigMap instead of the one of its name.
func (k Cluster) WithConfigMap(name string, c ConfigMap) Cluster {
	k.ConfigMaps = maps.Clone(k.ConfigMaps)
	if k.ConfigMaps == nil {
		k.ConfigMaps = map[string]ConfigMap{}
	}
	k.ConfigMaps[name] = c
	return k
}

// clusterDNS is the Service that pods ask, whichever server is behind it.
const clusterDNS = "kube-dns"

// Names returns the names of the ConfigMaps and Services whose content matters for the
// verdict, sorted. They follow from the Workloads alone.
func (k Cluster) Names() (configMaps, services []string) {
	configMaps, services = Bundles(), []string{clusterDNS}
	for _, l := range k.loadings() {
		configMaps = append(configMaps, l.configMaps()...)
		if l.workload != nil && l.workload.UpstreamService() != "" {
			services = append(services, l.workload.UpstreamService())
		}
	}
	slices.Sort(configMaps)
	slices.Sort(services)
	return slices.Compact(configMaps), slices.Compact(services)
}

// ServersOf returns the servers that load the ConfigMap of the given name.
func (k Cluster) ServersOf(name string) []Server {
	var servers []Server
	for _, l := range k.loadings() {
		if slices.Contains(l.configMaps(), name) {
			servers = append(servers, l.server)
		}
	}
	return servers
}

// Check returns all that the servers have to say about c as the ConfigMap of the given
// name, one of Bundles, in the order of the keys and of the places in them; the File of a
// problem is a key, or "" where the ConfigMap as a whole is meant. All servers start on it
// if none of it is an Error.
//
// Judged is what each server loads, its own Corefile and the ConfigMaps beside c included.
// What is wrong with those without c is at most a warning.
func (k Cluster) Check(name string, c ConfigMap) []corefile.Problem {
	if p, found := c.tooManyKeys(); found {
		return []corefile.Problem{p}
	}
	j := judge{cluster: k, name: name, value: c, sources: &corefile.Sources{Foreign: k.Sources}}
	var verdicts [][]corefile.Problem
	var loads []loading
	for _, l := range k.loadings() {
		l.judged = name
		switch {
		case slices.Contains(l.configMaps(), name):
			loads = append(loads, l)
		case l.loadsByDefault(name):
			verdicts = append(verdicts, []corefile.Problem{l.notLoaded(fmt.Sprintf("%s does not mount this ConfigMap, so %s loads none of it", l.workload, l.server))})
		}
	}
	j.subjects = atOnce(c.size(), loads, j.subject)
	verdicts = append(verdicts, atOnce(c.size(), j.subjects, j.verdict)...)
	if j.stopped.Load() {
		return []corefile.Problem{tooLong}
	}
	if c.Immutable {
		verdicts = append(verdicts, []corefile.Problem{{
			Rule: RuleImmutable, Severity: corefile.Warning,
			Message: `"immutable: true" keeps everybody from correcting this ConfigMap: it can only be deleted and created again, and running pods keep its old content. Remove it`,
		}})
	}
	files := c.files()
	return c.noCorefiles(corefile.Ignore(files, corefile.Merge(files, verdicts...), k.certain))
}

// certain reports whether a warning of a rule would be found, if there is cause for it: some
// depend on where the servers run.
func (k Cluster) certain(rule string) bool {
	switch rule {
	case danger.RuleForwardingLoop, danger.RuleMissingBind, danger.RuleMissingFile, danger.RuleSharedEndpoint, danger.RuleShadowedZone:
		return len(k.Workloads) > 0
	}
	return true
}

// Normalise returns what is stored where c is written as the ConfigMap of the given name and
// nothing is stored yet: see Write.Normalise.
func (k Cluster) Normalise(name string, c ConfigMap) (ConfigMap, []Rename, []corefile.Problem) {
	return Write{After: c, Uses: k.Uses(name)}.Normalise()
}

// CheckAsWritten is Check for a manifest that the webhook has not normalised yet: a wrong
// key name that it would fix is a warning, and problems name the keys as they are written.
func (k Cluster) CheckAsWritten(name string, c ConfigMap) []corefile.Problem {
	normal, renames, problems := k.Normalise(name, c)
	written := map[string]string{}
	for _, r := range renames {
		written[r.To] = r.From
		problems = append(problems, corefile.Problem{Rule: RuleKeyName, Severity: corefile.Warning, File: r.From, Message: r.String(), Suggestion: r.To})
	}
	checked := k.Check(name, normal)
	for i, p := range checked {
		checked[i].File = cmp.Or(written[p.File], p.File)
	}
	return corefile.Merge(c.files(), problems, checked)
}

// loadings returns what is known of each server that is judged for, those of Servers
// first. One of these of which nothing is known is left out where a workload of another
// name runs the same program and mounts the ConfigMaps.
func (k Cluster) loadings() []loading {
	others := k.others()
	var all []loading
	for _, s := range k.Servers {
		l := loading{server: s}
		if i := slices.IndexFunc(k.Workloads, func(w workload.Workload) bool { return w.Name == s.Workload }); i >= 0 {
			if l = loadingOf(k.Workloads[i], s.Release); s.Fixed {
				l.server.Release, l.note = s.Release, ""
			}
		}
		if own, given := k.Corefiles[s.Workload]; given {
			l.corefile = &own
		}
		replaced := func(other loading) bool { return other.server.Release.HasAll() == s.Release.HasAll() }
		if l.workload != nil || l.corefile != nil || !slices.ContainsFunc(others, replaced) {
			all = append(all, l)
		}
	}
	return append(all, others...)
}

// others returns what is known of the servers that Servers does not name.
func (k Cluster) others() []loading {
	var all []loading
	for _, w := range k.Workloads {
		if slices.ContainsFunc(k.Servers, func(s Server) bool { return s.Workload == w.Name }) {
			continue
		}
		l := loadingOf(w, release.Release{})
		mounts := slices.ContainsFunc(l.configMaps(), isBundle)
		if l.server.Release.Name != "" && mounts {
			all = append(all, l)
		}
	}
	return all
}

// loadingOf returns what is known of a workload's server. Where its image tells no release
// it has the one that is given.
func loadingOf(w workload.Workload, otherwise release.Release) loading {
	r, found := w.Release()
	if !found {
		r = otherwise
	}
	return loading{server: Server{Workload: w.Name, Release: r}, workload: &w, volumes: w.Volumes(), note: r.Note}
}
