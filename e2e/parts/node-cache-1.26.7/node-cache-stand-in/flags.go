package main

import (
	"flag"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/coredns/coredns/coremain"

	"corewarden/e2e/parts/node-cache-1.26.7/node-cache-stand-in/node"
	"corewarden/e2e/parts/node-cache-1.26.7/node-cache-stand-in/render"
)

// options are what the flags say.
type options struct {
	renderer     render.Renderer
	network      node.Network
	syncInterval time.Duration
	pidfile      string
	metrics      string // address
	skipTeardown bool
}

// parseFlags reads the command line. CoreDNS has flags of its own there, which say where
// the Corefile goes and on which port DNS is.
func parseFlags() (*options, error) {
	flag.Usage = func() {
		fmt.Fprintf(flag.CommandLine.Output(), "%s stands in for node-cache 1.26.7 in tests; it is not the real one.\n"+
			"It runs CoreDNS %s with node-cache's plugins, and does to the node what node-cache does.\n\n", os.Args[0], coremain.CoreVersion)
		flag.PrintDefaults()
	}
	o := new(options)
	localIP := flag.String("localip", "", "`addresses` to listen on, separated by commas")
	setupInterface := flag.Bool("setupinterface", true, "add the interface and give it the addresses")
	flag.StringVar(&o.network.Interface, "interfacename", "nodelocaldns", "`name` of the interface")
	flag.BoolVar(&o.network.Rules, "setupiptables", true, "write rules of iptables for the addresses")
	flag.StringVar(&o.network.Health, "health-port", "8080", "`port` of the plugin health")
	// The real one multiplies a duration by a second: 60 s are "60ns" on its command line.
	interval := flag.Duration("syncinterval", 60, "look after interface and rules so often; write `seconds` as 60ns")
	flag.BoolVar(&o.skipTeardown, "skipteardown", false, "leave interface and rules behind at the end")
	flag.StringVar(&o.renderer.Base, "basecorefile", "/etc/coredns/Corefile.base", "`file` to render the Corefile from")
	flag.StringVar(&o.renderer.KubeDNS, "kubednscm", "/etc/kube-dns", "`folder` in which the ConfigMap kube-dns is mounted")
	upstream := flag.String("upstreamsvc", "kube-dns", "`name` of the Service whose address queries for the cluster's names are sent to")
	flag.StringVar(&o.metrics, "metrics-listen-address", "0.0.0.0:9353", "`address` to serve node-cache's own metrics on")
	flag.Parse()

	coreDNS := func(name string) string { return flag.Lookup(name).Value.String() }
	o.renderer.Corefile, o.renderer.Port, o.pidfile = coreDNS("conf"), coreDNS("dns.port"), coreDNS("pidfile")
	o.renderer.LocalIPs = strings.Split(*localIP, ",")
	o.renderer.Upstream = serviceAddress(*upstream)
	o.network.Port = o.renderer.Port
	o.syncInterval = *interval * time.Second
	if !*setupInterface {
		o.network.Interface = ""
	}
	if o.onlyPrints() {
		return o, nil
	}
	for _, text := range o.renderer.LocalIPs {
		ip := net.ParseIP(text)
		if ip == nil {
			return nil, fmt.Errorf("-localip: %q is not an IP address", text)
		}
		o.network.Addresses = append(o.network.Addresses, ip)
	}
	if err := node.CheckAddresses(o.network.Addresses); err != nil {
		return nil, fmt.Errorf("-localip: %w", err)
	}
	for name, port := range map[string]string{"health-port": o.network.Health, "dns.port": o.network.Port} {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return nil, fmt.Errorf("-%s: %q is not a port", name, port)
		}
	}
	if o.syncInterval <= 0 {
		return nil, fmt.Errorf("-syncinterval: %v is not a time to wait", *interval)
	}
	return o, nil
}

// onlyPrints reports whether CoreDNS prints something instead of serving.
func (o *options) onlyPrints() bool {
	return flag.Lookup("version").Value.String() == "true" || flag.Lookup("plugins").Value.String() == "true"
}

// serviceAddress returns the address of a Service, as the kubelet tells pods of its
// namespace, or "<nil>", which CoreDNS rejects.
func serviceAddress(service string) string {
	variable := strings.ToUpper(strings.ReplaceAll(service, "-", "_")) + "_SERVICE_HOST"
	return net.ParseIP(os.Getenv(variable)).String()
}
