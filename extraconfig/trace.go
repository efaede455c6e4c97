package extraconfig

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/query"
	"corewarden/corefile/release"
)

// DNS returns the servers of the cluster with what they load. The files in it are named
// CONFIGMAP/KEY. It is an error if one of them does not start on that.
func (k Cluster) DNS() (query.System, error) {
	j := judge{cluster: k, name: Name, value: k.ConfigMaps[Name]}
	var system query.System
	for _, l := range k.loadings() {
		l.judged = Name
		conf, _ := l.configuration(k.with(Name, j.value), cmp.Or(k.upstream(l), unknownUpstream))
		conf.Main.Name = keyOf(conf.Main.Name)
		for i := range conf.Files {
			if f := &conf.Files[i]; !f.Foreign {
				f.Name = Name + "/" + f.Name
			}
		}
		var parsing corefile.Report
		s, err := started(corefile.Parse(conf, release.Known, &parsing), &parsing, dnsserver.Server{
			Name: l.server.String(), Release: l.server.Release, Port: l.port(), Pod: j.pod(l, conf.Files),
		})
		if err != nil {
			return nil, err
		}
		k.place(s, l, conf)
		system = append(system, s)
	}
	return system, nil
}

// place tells a server where it runs, and what it has there.
func (k Cluster) place(s *query.Server, l loading, conf corefile.Configuration) {
	s.Name, s.Local, s.HostNetwork = l.server.Workload, l.local(), l.hostNetwork()
	s.Port = portAsked(s.Port, s.Blocks, func(b *dnsserver.Block) bool { return b.Keys[0].Own() })
	s.File = func(path string) (string, bool) {
		f, found := fileAt(conf.Files, path)
		return f.Text, found && !l.volumes.Opaque(path)
	}
	if conf.Main.Name == standInName {
		s.StandIn = standInName
	}
	if l.server.Release.HasAll() {
		s.Services = k.clusterAddresses()
	}
}

// Alone returns a server whose whole configuration is a Corefile. Pods ask it where that has
// it listen.
func (s Server) Alone(file corefile.File) (*query.Server, error) {
	if !s.Release.HasAll() {
		file.Text = unknown(s.Workload).Render(file.Text, "", func(string) (string, bool) { return "", false })
	}
	var parsing corefile.Report
	blocks := corefile.Parse(corefile.Configuration{Main: file}, release.Known, &parsing)
	alone, err := started(blocks, &parsing, dnsserver.Server{Name: s.String(), Release: s.Release})
	if err != nil {
		return nil, err
	}
	alone.Name, alone.HostNetwork = s.Workload, !s.Release.HasAll()
	alone.Port = portAsked(alone.Port, alone.Blocks, func(*dnsserver.Block) bool { return true })
	for i := range alone.Blocks {
		for _, a := range alone.Blocks[i].Addresses() {
			if ip := net.ParseIP(a.IP); ip != nil && !ip.IsLoopback() && !ip.IsUnspecified() && !slices.Contains(alone.Local, a.IP) {
				alone.Local = append(alone.Local, a.IP)
			}
		}
	}
	return alone, nil
}

// portAsked returns the port on which clients ask a server. Some clusters have theirs listen on
// another than the usual one, and their Services lead there.
func portAsked(usual string, blocks []dnsserver.Block, own func(*dnsserver.Block) bool) string {
	port := ""
	for i := range blocks {
		for _, zone := range blocks[i].Zones {
			if zone.Transport != "dns" || !own(&blocks[i]) {
				continue
			}
			if zone.Port == usual {
				return usual
			}
			port = cmp.Or(port, zone.Port)
		}
	}
	return cmp.Or(port, usual)
}

// started returns a server on the blocks that it reads, or an error where it does not start.
func started(blocks []corefile.Block, parsing *corefile.Report, s dnsserver.Server) (*query.Server, error) {
	read, said := dnsserver.Check(blocks, s, parsing)
	for _, p := range said {
		if p.Severity == corefile.Error {
			return nil, fmt.Errorf("%s does not start: %s:%d:%d: %s", s.Name, p.File, p.Line, p.Column, p.Message)
		}
	}
	return &query.Server{Release: s.Release, Blocks: read, Port: cmp.Or(s.Port, "53"), Parsed: s.Parsed}, nil
}

// keyOf returns CONFIGMAP/KEY for what problems call the server's own Corefile.
func keyOf(name string) string {
	if configMap, key, found := strings.Cut(strings.TrimPrefix(name, "ConfigMap "), ", key "); found {
		return configMap + "/" + key
	}
	return name
}

func (l loading) port() string {
	if l.workload == nil {
		return ""
	}
	return l.workload.Port()
}

// local returns the addresses that node-cache gives its node.
func (l loading) local() []string {
	switch {
	case l.workload != nil:
		return l.workload.LocalAddresses()
	case l.server.Workload == "node-local-dns":
		return []string{usualAddress}
	}
	return nil
}

func (l loading) hostNetwork() bool {
	if l.workload == nil {
		return !l.server.Release.HasAll()
	}
	return l.workload.HostNetwork()
}

// unknownUpstream stands for the address of the Service by which node-local-dns reaches CoreDNS
// where that is not known. It is of a prefix of which every router discards the packets.
const unknownUpstream = "100::53"

// clusterAddresses returns the addresses of Services that lead to CoreDNS.
func (k Cluster) clusterAddresses() []string {
	addresses := []string{unknownUpstream, k.Services[clusterDNS]}
	for _, w := range k.Workloads {
		addresses = append(addresses, k.Services[w.UpstreamService()])
	}
	return addresses
}
