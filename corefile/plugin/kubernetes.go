package plugin

import (
	"maps"
	"math"
	"net"
	"slices"
	"strconv"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// A Kubernetes is the use of kubernetes.
type Kubernetes struct {
	// Token is the name of the plugin.
	Token corefile.Token
	// Zones are those that it answers for, in small letters; a network is one of them.
	Zones []string
	// Fallthrough are the zones of which it hands on the names that it does not know.
	Fallthrough []string
	// PodsVerified tells that it watches pods, and so knows their namespaces.
	PodsVerified bool
}

// A kubernetesUse is what the plugin has been given.
type kubernetesUse struct {
	*Parser
	made                        *Kubernetes
	zones, multicluster         []string
	namespaces, namespaceLabels bool
	zonal, noEndpoints          bool
	kubeconfig                  bool
	context                     *corefile.Token  // that such a kubeconfig cannot have
	inCluster                   bool             // by a kubeconfig without a name, which counts before an endpoint
	endpoint                    *corefile.Token  // of the API server
	tls                         []corefile.Token // files of the client's certificate
	noTimeout                   *corefile.Token  // the last startup_timeout, if it is not positive
}

// kubernetes reads: kubernetes [ZONE...] { endpoint, kubeconfig, namespaces, labels, pods,
// ttl, fallthrough, … }.
func kubernetes(p *Parser) error {
	return p.Once(func() error {
		k := kubernetesUse{Parser: p, made: &Kubernetes{Token: p.Token()}}
		args := p.RemainingArgs()
		k.zones = p.Origins(args)
		k.made.Zones, p.Settings.Kubernetes = k.zones, k.made
		// The block may have zones that depend on the environment.
		known := len(k.zones) > 0 || len(args) > 0
		if known && !slices.ContainsFunc(k.zones, isForward) {
			return p.Errorf(reader.RuleInvalidValue, `it needs a zone other than a reverse zone. Add one, such as "cluster.local"`)
		}
		if err := k.readBlock(); err != nil {
			return err
		}
		if err := k.conflict(); err != nil {
			return err
		}
		return k.client()
	})
}

// isForward reports whether a zone is neither a reverse zone nor a network.
func isForward(zone string) bool {
	_, _, err := net.ParseCIDR(strings.TrimSuffix(zone, "."))
	return err != nil && !strings.HasSuffix(zone, ".in-addr.arpa.") && !strings.HasSuffix(zone, ".ip6.arpa.")
}

// set returns the names of the zones, of which a network may be up to 128.
func (k *kubernetesUse) set(zones []string) map[string]bool {
	names := map[string]bool{}
	for _, zone := range zones {
		all, _ := k.NormalizeExact(strings.TrimSuffix(zone, "."))
		for _, name := range all {
			names[name] = true
		}
	}
	return names
}

// conflict is the error for properties that do not go together.
func (k *kubernetesUse) conflict() error {
	if k.namespaces && k.namespaceLabels {
		return k.Errorf(reader.RuleConflict, "namespaces and namespace_labels cannot be used together. Remove one")
	}
	if k.zonal && k.noEndpoints {
		return k.Errorf(reader.RuleConflict, "zonal needs endpoints, which noendpoints turns off. Remove one of the two")
	}
	if k.noTimeout != nil && !k.Overridable() { // for which CoreDNS panics
		return k.ErrorAt(*k.noTimeout, reader.RuleInvalidValue, "the timeout is %s. Write a duration of at least 1ns", corefile.Quote(k.noTimeout.Text))
	}
	if len(k.multicluster) == 0 || len(k.zones)+len(k.multicluster) > 1000 {
		return nil // of so many it is not worth the memory
	}
	served := k.set(k.zones)
	for _, zone := range slices.Sorted(maps.Keys(k.set(k.multicluster))) {
		if !served[zone] {
			return k.Errorf(reader.RuleConflict, "the multicluster zone %s is not among the plugin's zones. Add it to them", corefile.Quote(zone))
		}
	}
	return nil
}

func (k *kubernetesUse) readBlock() error {
	p := k.Parser
	if !p.AtBlock() {
		return nil
	}
	// set returns a reader that takes note of the property.
	set := func(note *bool, read func() error) func() error {
		return func() error { *note = true; return read() }
	}
	return p.ReadBlock(reader.Properties{
		{Name: "endpoint", Usage: "URL", Read: k.readEndpoint},
		{Name: "kubeconfig", Usage: "FILE [CONTEXT]", Read: k.readConfig},
		{Name: "tls", Usage: "CERT KEY CA", Read: k.readTLS},
		{Name: "namespaces", Usage: "NAME...", Read: set(&k.namespaces, p.Some("namespaces NAME..."))},
		{Name: "labels", Usage: "EXPRESSION...", Read: p.kubernetesLabels},
		{Name: "namespace_labels", Usage: "EXPRESSION...", Read: set(&k.namespaceLabels, p.kubernetesLabels)},
		{Name: "pods", Usage: "disabled|insecure|verified", Read: func() error {
			err := p.OneOf("pods disabled|insecure|verified", nil, "disabled", "insecure", "verified")
			k.made.PodsVerified = err == nil && p.Val() == "verified"
			return err
		}},
		{Name: "endpoint_pod_names", Read: p.NoArguments},
		{Name: "ttl", Usage: "SECONDS", Read: p.TTL},
		{Name: "noendpoints", Read: set(&k.noEndpoints, p.NoArguments)},
		{Name: "zonal", Since: "1.14.7", Read: set(&k.zonal, p.NoArguments)},
		{Name: "fallthrough", Usage: "[ZONE...]", Read: p.FallthroughInto(&k.made.Fallthrough)},
		{Name: "ignore", Usage: "empty_service", Read: p.kubernetesIgnore},
		{Name: "multicluster", Usage: "ZONE...", Since: "1.12.2", Read: func() error {
			k.multicluster = p.ReadZones(p.RemainingArgs())
			return nil
		}},
		{Name: "startup_timeout", Usage: "DURATION", Since: "1.12.3", Read: k.readTimeout},
		{Name: "apiserver_qps", Usage: "NUMBER", Since: "1.14.0", Read: p.kubernetesRate},
		{Name: "apiserver_burst", Usage: "NUMBER", Since: "1.14.0", Read: p.kubernetesLimit},
		{Name: "apiserver_max_inflight", Usage: "NUMBER", Since: "1.14.0", Read: p.kubernetesLimit},
		{Name: "resyncperiod", Until: "1.6.9"},
		{Name: "upstream", Until: "1.6.9"},
		{Name: "transfer", Until: "1.7.1"},
	})
}

// kubernetesIgnore reads: ignore [empty_service], and ignores what follows.
func (p *Parser) kubernetesIgnore() error {
	args := p.RemainingArgs()
	if len(args) > 0 && args[0].Text != "empty_service" {
		return p.ErrorAt(args[0], reader.RuleInvalidValue, "%s cannot be ignored. Write: ignore empty_service", corefile.Quote(args[0].Text))
	}
	return nil
}

// readTimeout reads: startup_timeout DURATION, and ignores what follows. The last one counts.
func (k *kubernetesUse) readTimeout() error {
	args := k.RemainingArgs()
	if len(args) == 0 {
		return k.ArgErr("startup_timeout DURATION")
	}
	timeout, err := k.Duration(args[0], "the timeout", reader.AnyDuration, reader.MaxDuration)
	if k.noTimeout = nil; timeout <= 0 && err == nil && !k.Hidden(args[0]) {
		k.noTimeout = &args[0]
	}
	return err
}

// kubernetesRate reads: apiserver_qps NUMBER.
func (p *Parser) kubernetesRate() error {
	args := p.RemainingArgs()
	if len(args) != 1 {
		return p.ArgErr("apiserver_qps NUMBER")
	}
	if rate, err := strconv.ParseFloat(args[0].Text, 32); err != nil || rate < 0 {
		return p.Errorf(reader.RuleInvalidValue, "the rate is %s. Write queries per second, such as 5 or 0.5", corefile.Quote(args[0].Text))
	}
	return nil
}

// kubernetesLimit reads: apiserver_burst NUMBER.
func (p *Parser) kubernetesLimit() error {
	name := p.Val()
	args := p.RemainingArgs()
	if len(args) != 1 {
		return p.ArgErr(name + " NUMBER")
	}
	err := p.Integer(args[0], name, 0, math.MaxInt)
	return err
}
