package extraconfig

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"sync"

	"corewarden/corefile"
	"corewarden/corefile/danger"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/query"
)

// defaultDomain is the domain of a cluster of which no other is known.
const defaultDomain = "cluster.local"

// surroundings returns what is known of the place where a server runs.
func (j *judge) surroundings(in *subject) danger.Surroundings {
	k := j.cluster
	s := danger.Surroundings{Domains: j.domains(), Alone: in.alone(j.name), Elsewhere: in.elsewhere(), Server: j.asked(in)}
	s.Port = s.Server.Port
	s.HostNetwork = in.hostNetwork()
	s.DNS = sync.OnceValue(func() query.System { return j.dns(s.Server, in) })
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
	if s.Loop = in.workload.LocalAddresses(); len(s.Loop) == 0 { // CoreDNS, which node-local-dns asks
		s.Loop = slices.Concat(s.Cluster, local)
	}
	s.Lacks = func(file string) bool { return in.lacks(file) }
	return s
}

// asked returns a subject as the server that is asked.
func (j *judge) asked(s *subject) *query.Server {
	server := &query.Server{Release: s.server.Release, Blocks: s.read, Port: cmp.Or(s.port(), "53"), Parsed: &j.shared}
	j.cluster.place(server, s.loading, s.conf)
	return server
}

// dns returns the servers of the cluster whose own Corefiles are known, as far as they start.
// One of them is given.
func (j *judge) dns(server *query.Server, of *subject) query.System {
	var system query.System
	for _, l := range j.cluster.loadings() {
		if l.server.String() == of.server.String() {
			system = append(system, server)
			continue
		}
		i := slices.IndexFunc(j.subjects, func(s *subject) bool { return s.server.String() == l.server.String() })
		l.judged = j.name
		var s *subject
		if i >= 0 {
			s = j.subjects[i]
		} else {
			s = j.subject(l)
		}
		if l.workload != nil && s.missing == "" && !rejects(s.said) && (l.server.Release.HasAll() || j.cluster.upstream(l) != "") {
			system = append(system, j.asked(s))
		}
	}
	return system
}

// pod returns what is known of the pod that a server runs in, with the files that it has of
// the judged ConfigMap.
func (j *judge) pod(l loading, files []corefile.File) reader.Pod {
	if l.workload == nil { // the keys are where MetaKube's servers have them
		return reader.Pod{File: func(name string) (string, bool) {
			file, found := fileAt(files, path.Clean(name))
			return file.Text, found && !file.Foreign
		}}
	}
	p := reader.Pod{Interfaces: l.workload.Interfaces(), File: func(name string) (string, bool) {
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
			p.Neighbour = reader.Neighbour{Name: w.Name, Addresses: addresses, Loads: loading{server: Server{Workload: w.Name}}.alone(j.name)}
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

// elsewhere returns the name of the ConfigMap that only other servers load.
func (l loading) elsewhere() string {
	for _, b := range bundles {
		if len(b.workloads) > 0 && !slices.Contains(b.workloads, l.server.Workload) {
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
