package main

import (
	"fmt"
	"slices"

	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// A dnsWorkload is a Deployment or DaemonSet of the servers' namespace.
type dnsWorkload struct {
	path  string
	value workload.Workload
}

func (dnsWorkload) judge(known) (string, []finding) { return "", nil }

// A service is the IP address of a Service of the servers' namespace.
type service struct{ path, name, address string }

func (service) judge(known) (string, []finding) { return "", nil }

// known is what the command line and all manifests say.
type known struct {
	options
	configMaps nearby[configMap]
	workloads  nearby[dnsWorkload]
	services   nearby[service]
}

func (k *known) add(in input) {
	switch in := in.(type) {
	case configMap:
		k.configMaps.add(in.name, in.path, in)
	case dnsWorkload:
		k.workloads.add(in.value.String(), in.path, in)
	case service:
		k.services.add(in.name, in.path, in)
	}
}

// leaveOutAbsent leaves out node-local-dns where manifests hold workloads of DNS servers but
// none of it, and the command line does not ask for it. It returns a line that says so, or "".
func (k *known) leaveOutAbsent() string {
	if len(k.workloads.all) == 0 {
		return ""
	}
	absent := func(s extraconfig.Server) bool {
		_, given := k.corefiles[s.Workload]
		return !s.Release.HasAll() && !s.Fixed && !given && !slices.ContainsFunc(k.workloads.all, func(w dnsWorkload) bool {
			r, found := w.value.Release()
			return w.value.Name == s.Workload || found && !r.HasAll()
		})
	}
	i := slices.IndexFunc(k.servers, absent)
	if i < 0 {
		return ""
	}
	name := k.servers[i].Workload
	k.servers = slices.Delete(slices.Clone(k.servers), i, i+1)
	return fmt.Sprintf("checking for %s of the manifests, not for %s: they have no workload of it. To check for it, write --%s VERSION",
		k.workloads.all[0].value, name, name)
}

// cluster returns what is known of the cluster of a manifest. Where a repository has
// several objects of one name, for several clusters, the nearest to the manifest counts:
// that of the same file, or else of the folder that has most of its path in common.
func (k known) cluster(path string) extraconfig.Cluster {
	c := extraconfig.Cluster{
		Servers: k.servers, Corefiles: k.corefiles,
		ConfigMaps: map[string]extraconfig.ConfigMap{}, Services: map[string]string{},
	}
	for _, name := range k.configMaps.names {
		c.ConfigMaps[name] = k.configMaps.nearest(name, path).value
	}
	for _, name := range k.services.names {
		c.Services[name] = k.services.nearest(name, path).address
	}
	for _, name := range k.workloads.names {
		if w := k.workloads.nearest(name, path).value; !slices.Contains(k.leftOut, w.Name) {
			c.Workloads = append(c.Workloads, w)
		}
	}
	for _, name := range extraconfig.Bundles() {
		if written, found := c.ConfigMaps[name]; found {
			c.ConfigMaps[name], _, _ = c.Normalise(name, written) // as the webhook would have it stored
		}
	}
	return c
}
