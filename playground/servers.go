package playground

import (
	"cmp"
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/query"
	"corewarden/corefile/release"
	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// The servers, by their workloads.
const (
	coreDNS      = "coredns"
	nodeLocalDNS = "node-local-dns"
)

// corefileKey is the key of the pasted text, and of a server's own Corefile in its ConfigMap.
const corefileKey = "Corefile"

// servers are those that load the pasted text.
type servers struct {
	judged []extraconfig.Server
	text   corefile.File
	alone  bool // the text is all that they load
	extraconfig.Cluster
}

// servers returns those of the platform that a request asks for.
func (p Platform) servers(r Request) (servers, error) {
	s := servers{
		text:  corefile.File{Name: pasted, Path: "/etc/coredns/Corefile", Text: r.Corefile},
		alone: p.CoreDNS == "",
		Cluster: extraconfig.Cluster{
			ConfigMaps: map[string]extraconfig.ConfigMap{extraconfig.Name: {Data: map[string]string{corefileKey: r.Corefile}}},
			Services:   map[string]string{"kube-dns": "10.240.16.10", "kube-dns-upstream": "10.240.16.11"},
		},
	}
	for _, one := range []struct {
		name, version, base string
		find                func(string) (release.Release, error)
		workload            func(Platform) workload.Workload
	}{
		{coreDNS, r.CoreDNS, p.CoreDNS, release.CoreDNS, Platform.deployment},
		{nodeLocalDNS, r.NodeLocalDNS, p.NodeLocalDNS, release.NodeCache, Platform.daemonSet},
	} {
		if one.version == "" || !s.alone && one.base == "" {
			continue
		}
		found, err := one.find(one.version)
		if err != nil {
			return s, err
		}
		server := extraconfig.Server{Workload: one.name, Release: found, Fixed: true}
		s.judged = append(s.judged, server)
		s.Servers = append(s.Servers, server)
		if s.alone {
			continue
		}
		if edited, given := r.Bases[one.name]; given {
			one.base = edited
		}
		s.Workloads = append(s.Workloads, one.workload(p))
		s.ConfigMaps[one.name] = extraconfig.ConfigMap{Data: map[string]string{
			corefileKey: one.base,
			"NodeHosts": "10.0.0.11 node-1\n", // which k3s writes beside its Corefile
		}}
	}
	return s, nil
}

// deployment is CoreDNS as the platform has it.
func (p Platform) deployment() workload.Workload {
	return workload.New("Deployment", coreDNS, p.pod(coreDNS, nil, "-conf", "/etc/coredns/Corefile"))
}

// daemonSet is node-local-dns as the platform has it.
func (p Platform) daemonSet() workload.Workload {
	pod := p.pod(nodeLocalDNS, []workload.KeyToPath{{Key: corefileKey, Path: "Corefile.base"}},
		"-localip", "169.254.20.10", "-conf", "/etc/Corefile", "-upstreamsvc", "kube-dns-upstream")
	pod.HostNetwork = true
	return workload.New("DaemonSet", nodeLocalDNS, pod)
}

func (p Platform) pod(own string, items []workload.KeyToPath, args ...string) workload.Pod {
	mounted := func(name string, items ...workload.KeyToPath) workload.Volume {
		return workload.Volume{Name: name, ConfigMap: &workload.ConfigMapSource{Name: name, Items: items}}
	}
	return workload.Pod{
		Containers: []workload.Container{{Args: args, VolumeMounts: []workload.VolumeMount{
			{Name: own, MountPath: "/etc/coredns"},
			{Name: extraconfig.Name, MountPath: p.folder},
		}}},
		Volumes: []workload.Volume{
			mounted(own, items...),
			mounted(extraconfig.Name, workload.KeyToPath{Key: corefileKey, Path: p.file}),
		},
	}
}

// check returns what the servers say of the text.
func (s servers) check() []corefile.Problem {
	if s.alone {
		return extraconfig.CheckCorefile(s.text, s.judged)
	}
	return s.Check(extraconfig.Name, s.ConfigMaps[extraconfig.Name])
}

// system returns the servers to ask. Those that load the text alone know nothing of each other.
func (s servers) system(from string) (query.System, error) {
	if !s.alone {
		return s.DNS()
	}
	i := slices.IndexFunc(s.judged, func(server extraconfig.Server) bool { return server.Workload == cmp.Or(from, coreDNS) })
	if i < 0 {
		return nil, nil
	}
	server, err := s.judged[i].Alone(s.text)
	return query.System{server}, err
}
