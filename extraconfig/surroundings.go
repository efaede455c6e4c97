package extraconfig

import (
	"path"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/danger"
)

// defaultDomain is the domain of a cluster of which no other is known.
const defaultDomain = "cluster.local"

// surroundings returns what is known of the place where a server runs on a configuration.
func (k Cluster) surroundings(l loading, conf corefile.Configuration) danger.Surroundings {
	s := danger.Surroundings{Domains: k.domains()}
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
	if l.workload == nil {
		return s
	}
	s.Port, s.HostNetwork = l.workload.Port(), l.workload.Pod.HostNetwork
	if s.Loop = l.workload.LocalAddresses(); len(s.Loop) == 0 { // CoreDNS, which node-local-dns asks
		s.Loop = slices.Concat(s.Cluster, local)
		if !s.HostNetwork {
			s.Elsewhere = local
		}
	}
	s.Lacks = func(file string) bool { return k.lacks(l, conf, file) }
	return s
}

// domains returns the zones that the plugin kubernetes serves in the Corefiles that are
// known, but for those of addresses.
func (k Cluster) domains() []string {
	var domains []string
	for _, w := range k.Workloads {
		_, source := w.Corefile()
		configMap, key, _ := w.Volumes().Source(source)
		text, _ := k.ConfigMaps[configMap].text(key)
		inside := false
		for word := range corefile.Words(text) {
			inside = word.Text == "kubernetes" && word.StartsLine || inside && !word.StartsLine && word.Text != "{"
			if inside && !word.StartsLine && !strings.HasSuffix(word.Text, ".arpa") {
				domains = append(domains, word.Text)
			}
		}
	}
	if len(domains) == 0 {
		return []string{defaultDomain}
	}
	return domains
}

// inImage are the folders and files that a pod has without a volume: those of CoreDNS's
// images, and those that the kubelet writes.
var inImage = []string{"/etc/ssl", "/etc/resolv.conf", "/etc/hosts", "/etc/hostname", "/etc/passwd", "/etc/group", "/proc", "/sys", "/dev", "/var/run/secrets", "/run/secrets"}

// lacks reports whether a file is certainly not in the pod of a server: no volume can hold
// it, and the image does not either.
func (k Cluster) lacks(l loading, conf corefile.Configuration, file string) bool {
	if !path.IsAbs(file) {
		file = path.Join(l.workload.WorkingDir(), file)
	}
	file = path.Clean(file)
	for _, folder := range inImage {
		if file == folder || strings.HasPrefix(file, folder+"/") {
			return false
		}
	}
	if _, found := fileAt(conf.Files, file); found || file == conf.Main.Path || l.volumes.Opaque(file) {
		return false
	}
	if !l.volumes.Mounted(file) {
		return true
	}
	return slices.ContainsFunc(conf.Dirs, func(dir string) bool { return strings.HasPrefix(file, dir+"/") })
}
