package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client/config"

	"corewarden/certs/authority"
)

// certsOptions are what the command line of `webhook certs` says.
type certsOptions struct {
	metricsAddress string
	healthAddress  string
	names          authority.Names
	policy         authority.Policy
}

const day = 24 * time.Hour

func parseCertsOptions(args []string, stderr io.Writer) (certsOptions, error) {
	var o certsOptions
	var dnsNames string
	flags := flag.NewFlagSet("webhook certs", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, "Usage: webhook certs [flags]\n\n"+
			"Keeps the CA, the serving certificate and caBundle, where cert-manager does not.\n\n")
		flags.PrintDefaults()
	}
	config.RegisterFlags(flags)
	flags.StringVar(&o.metricsAddress, "metrics-bind-address", ":8080", "`address` of /metrics; 0 turns it off")
	flags.StringVar(&o.healthAddress, "health-bind-address", ":8081", "`address` of /healthz and /readyz; 0 turns them off")
	flags.StringVar(&o.names.Namespace, "namespace", cmp.Or(os.Getenv("POD_NAMESPACE"), "corewarden"), "`namespace` of the Secrets and of the webhook's Service")
	flags.StringVar(&o.names.CASecret, "ca-secret", "corewarden-ca", "`name` of the Secret with the CA and its key")
	flags.StringVar(&o.names.LeafSecret, "tls-secret", "corewarden-webhook-tls", "`name` of the Secret with the serving certificate")
	flags.StringVar(&o.names.Configuration, "webhook-configuration", "corewarden", "`name` of both webhook configurations")
	flags.StringVar(&dnsNames, "dns-names", "", "DNS `names` that the certificate is for, with commas between them (default: those of Service corewarden-webhook)")
	flags.DurationVar(&o.policy.CALifetime, "ca-lifetime", 3650*day, "how `long` a CA is good for; it is replaced when two lifetimes of a certificate are left")
	flags.DurationVar(&o.policy.LeafLifetime, "leaf-lifetime", 90*day, "how `long` a serving certificate is good for")
	flags.DurationVar(&o.policy.RenewBefore, "renew-before", 30*day, "how `long` before its expiry a serving certificate is replaced")
	flags.DurationVar(&o.policy.TrustDelay, "trust-delay", 2*time.Minute, "how `long` a new CA is in caBundle before a certificate under it is issued")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q; every option is a flag, see -help", flags.Arg(0))
	}
	service := "corewarden-webhook." + o.names.Namespace + ".svc"
	o.policy.Names = strings.Split(cmp.Or(dnsNames, service+","+service+".cluster.local"), ",")
	return o, o.check()
}

func (o certsOptions) check() error {
	var errs []error
	if o.policy.RenewBefore <= 0 || o.policy.RenewBefore >= o.policy.LeafLifetime {
		errs = append(errs, fmt.Errorf("-renew-before: %s is not between 0 and -leaf-lifetime, %s", o.policy.RenewBefore, o.policy.LeafLifetime))
	}
	if o.policy.CALifetime < 3*o.policy.LeafLifetime {
		errs = append(errs, fmt.Errorf("-ca-lifetime: %s is less than three times -leaf-lifetime, %s", o.policy.CALifetime, o.policy.LeafLifetime))
	}
	if o.policy.TrustDelay < 0 {
		errs = append(errs, fmt.Errorf("-trust-delay: %s is negative", o.policy.TrustDelay))
	}
	for _, name := range o.policy.Names {
		if name == "" || strings.ContainsAny(name, " :/") {
			errs = append(errs, fmt.Errorf("-dns-names: %q is no DNS name", name))
		}
	}
	return errors.Join(errs...)
}
