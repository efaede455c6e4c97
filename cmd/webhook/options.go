package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client/config"

	"corewarden/corefile/release"
	"corewarden/extraconfig"
	"corewarden/rollout"
	"corewarden/rollout/plan"
	"corewarden/webhook"
)

// options are what the command line says.
type options struct {
	version               bool // print it and end
	webhookHost           string
	webhookPort           int
	metricsAddress        string
	healthAddress         string
	certDir               string
	shutdownDelay         time.Duration
	serviceAccount        serviceAccount
	leaderElectNamespace  string
	coreDNS, nodeLocalDNS string
	servers               []extraconfig.Server
	keyPolicy             extraconfig.KeyPolicy
	explain               webhook.ExplainPolicy
	policy                plan.Policy
	modes                 modes
}

// serviceAccount is who the process is in the cluster.
type serviceAccount struct{ namespace, name string }

// user returns the name under which the API server knows the account.
func (s serviceAccount) user() string {
	return "system:serviceaccount:" + s.namespace + ":" + s.name
}

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	var webhookAddress, account string
	flags := flag.NewFlagSet("webhook", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, "Usage: webhook [flags]\n       webhook certs [flags], to keep the certificates; see webhook certs -help\n\n")
		flags.PrintDefaults()
	}
	config.RegisterFlags(flags)
	flags.BoolVar(&o.version, "version", false, "print the version and exit")
	flags.StringVar(&webhookAddress, "webhook-bind-address", ":9443", "`address` on which the admission webhooks are served, over TLS")
	flags.StringVar(&o.metricsAddress, "metrics-bind-address", ":8080", "`address` of /metrics; 0 turns it off")
	flags.StringVar(&o.healthAddress, "health-bind-address", ":8081", "`address` of /healthz and /readyz")
	flags.StringVar(&o.certDir, "cert-dir", "/etc/corewarden/tls", "`folder` of the serving certificate: tls.crt and tls.key")
	flags.DurationVar(&o.shutdownDelay, "shutdown-delay", 5*time.Second, "how `long` to go on after the signal to end, so that the API server turns to another replica")
	flags.StringVar(&account, "service-account", cmp.Or(os.Getenv("POD_NAMESPACE"), "corewarden")+"/corewarden", "`namespace/name` of the ServiceAccount that this process runs as")
	flags.StringVar(&o.leaderElectNamespace, "leader-elect-namespace", "", "`namespace` of the Lease for leader election (default: that of the ServiceAccount)")
	flags.StringVar(&o.coreDNS, "coredns", release.NewestCoreDNS, "`version` of CoreDNS to check for while there is no Deployment coredns")
	flags.StringVar(&o.nodeLocalDNS, "node-local-dns", release.NewestNodeCache, "`version` of node-cache to check for while there is no DaemonSet node-local-dns, or head")
	flags.TextVar(&o.keyPolicy, "key-policy", extraconfig.NormaliseKeys, "`policy` for keys whose names do not end in Corefile: Normalise fixes the name, Reject rejects the ConfigMap")
	o.modes.addFlags(flags)
	flags.TextVar(&o.explain, "explain", webhook.ExplainDryRuns, "`when` to answer a write with what it changes for names: dry-run, always, never")
	rollout.AddFlags(flags, &o.policy)
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q; every option is a flag, see -help", flags.Arg(0))
	}
	return o, errors.Join(o.setWebhookAddress(webhookAddress), o.setServiceAccount(account), o.setServers(), o.checkDelay(), o.modes.check(o.policy), rollout.CheckPolicy(o.policy))
}

func (o *options) setWebhookAddress(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("-webhook-bind-address: %q is not of the form host:port or :port", address)
	}
	o.webhookHost = host
	if o.webhookPort, err = strconv.Atoi(port); err != nil || o.webhookPort < 1 || o.webhookPort > 65535 {
		return fmt.Errorf("-webhook-bind-address: port %q is not a number from 1 to 65535", port)
	}
	return nil
}

func (o *options) setServiceAccount(account string) error {
	namespace, name, found := strings.Cut(account, "/")
	if !found || namespace == "" || name == "" || strings.Contains(name, "/") {
		return fmt.Errorf("-service-account: %q is not of the form namespace/name", account)
	}
	o.serviceAccount = serviceAccount{namespace, name}
	o.leaderElectNamespace = cmp.Or(o.leaderElectNamespace, namespace)
	return nil
}

func (o *options) checkDelay() error {
	if o.shutdownDelay < 0 {
		return fmt.Errorf("-shutdown-delay: %s is negative", o.shutdownDelay)
	}
	return nil
}

func (o *options) setServers() error {
	coreDNS, errCoreDNS := release.CoreDNS(o.coreDNS)
	if errCoreDNS != nil {
		errCoreDNS = fmt.Errorf("-coredns: %w", errCoreDNS)
	}
	nodeCache, errNodeCache := release.NodeCache(o.nodeLocalDNS)
	if errNodeCache != nil {
		errNodeCache = fmt.Errorf("-node-local-dns: %w", errNodeCache)
	}
	o.servers = []extraconfig.Server{
		{Workload: "coredns", Release: coreDNS},
		{Workload: "node-local-dns", Release: nodeCache},
	}
	return errors.Join(errCoreDNS, errNodeCache)
}
