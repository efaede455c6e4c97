package extraconfig

import (
	"path"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/danger"
	"corewarden/corefile/plugin"
)

// defaultDomain is the domain of a cluster of which no other is known.
const defaultDomain = "cluster.local"

// surroundings returns what is known of the place where a server runs.
func (j *judge) surroundings(in *subject) danger.Surroundings {
	k := j.cluster
	s := danger.Surroundings{Domains: j.domains(), Alone: in.alone(j.name)}
	known := func(service string) {
		if address := k.Services[service]; address != "" {
			s.Cluster = append(s.Cluster, address)
		}
	}
	known(clusterDNS)
	var local []string // of node-local-dns
	for _, w := range k.Workloads {
		local = append(local, w.LocalAddresses()...)
		if upstream := w.UpstreamService(); upstream != "" && upstream != clusterDNS {
			known(upstream)
		}
	}
	if in.workload == nil {
		return s
	}
	s.Port, s.HostNetwork = in.workload.Port(), in.workload.HostNetwork()
	if s.Loop = in.workload.LocalAddresses(); len(s.Loop) == 0 { // CoreDNS, which node-local-dns asks
		s.Loop = slices.Concat(s.Cluster, local)
	}
	s.Lacks = func(file string) bool { return in.lacks(file) }
	return s
}

// pod returns what is known of the pod that a server runs in, with the files that it has of
// the judged ConfigMap.
func (j *judge) pod(l loading, files []corefile.File) plugin.Pod {
	if l.workload == nil {
		return plugin.Pod{}
	}
	p := plugin.Pod{Interfaces: l.workload.Interfaces(), File: func(name string) (string, bool) {
		if !path.IsAbs(name) {
			name = path.Join(l.workload.WorkingDir(), name)
		}
		file, found := fileAt(files, path.Clean(name))
		// A message may quote the file, which is not for the readers of another ConfigMap.
		return file.Text, found && !file.Foreign && !l.volumes.Opaque(file.Path)
	}}
	if l.workload.HostNetwork() {
		return p
	}
	for _, w := range j.cluster.Workloads {
		if addresses := w.LocalAddresses(); len(addresses) > 0 && w.Name != l.workload.Name {
			p.Neighbour = plugin.Neighbour{Name: w.Name, Addresses: addresses, Loads: loading{server: Server{Workload: w.Name}}.alone(j.name)}
		}
	}
	return p
}

// alone returns the name of the ConfigMap that this server alone loads, or "" where that
// one is judged.
func (l loading) alone(judged string) string {
	for _, b := range bundles {
		if b.name != judged && slices.Equal(b.workloads, []string{l.server.Workload}) {
			return b.name
		}
	}
	return ""
}

// domains returns those of the cluster that the servers' own Corefiles serve.
func (j *judge) domains() []string {
	var domains []string
	for _, s := range j.subjects {
		domains = append(domains, danger.Domains(s.read)...)
	}
	if len(domains) == 0 {
		return []string{defaultDomain}
	}
	return domains
}

// inImage are the folders and files that a pod has without a volume: those of CoreDNS's
// images, and those that the kubelet writes.
var inImage = []string{"/etc/ssl", "/etc/resolv.conf", "/etc/hosts", "/etc/hostname", "/etc/passwd", "/etc/group", "/proc", "/sys", "/dev", "/var/run/secrets", "/run/secrets"}

// lacks reports whether a file is certainly not in the pod of the server: no volume can
// hold it, and the image does not either.
func (s *subject) lacks(file string) bool {
	if !path.IsAbs(file) {
		file = path.Join(s.workload.WorkingDir(), file)
	}
	file = path.Clean(file)
	for _, folder := range inImage {
		if file == folder || strings.HasPrefix(file, folder+"/") {
			return false
		}
	}
	if _, found := fileAt(s.conf.Files, file); found || file == s.conf.Main.Path || s.volumes.Opaque(file) {
		return false
	}
	if !s.volumes.Mounted(file) {
		return true
	}
	return slices.ContainsFunc(s.conf.Dirs, func(dir string) bool { return strings.HasPrefix(file, dir+"/") })
}
