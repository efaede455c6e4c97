package plugin

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"
	"golang.org/x/net/idna"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// acmeUses are the uses of tls with ACME in a server block.
type acmeUses struct{ *Parser }

// read reads: tls { acme DOMAIN...; email ADDRESS; ca URL; storage FOLDER; ca_root FILE;
// resolver HOST:PORT }. It returns what the certificate is managed with.
func (a *acmeUses) read() (with string, err error) {
	values := map[string][]string{}
	// once reads a property that may stand only once.
	once := func(name, usage string, read func(args []corefile.Token) error) reader.Property {
		return reader.Property{Name: name, Usage: usage, Since: "1.14.7", Read: func() error {
			args := a.RemainingArgs()
			if values[name] != nil {
				return a.Errorf(reader.RuleRepeatedPlugin, "%s is allowed only once. Remove one", name)
			}
			values[name] = reader.Texts(args)
			if len(args) == 0 || len(args) > 1 && name != "acme" {
				return a.ArgErr(name + " " + usage)
			}
			return read(args)
		}}
	}
	anything := func([]corefile.Token) error { return nil }
	if err := a.ReadBlock(reader.Properties{
		once("acme", "DOMAIN...", a.domains),
		once("email", "ADDRESS", anything),
		once("ca", "URL", a.authority),
		once("storage", "FOLDER", anything),
		once("ca_root", "FILE", func(args []corefile.Token) error { return a.PodFile(args[0], "the root certificate of the CA") }),
		once("resolver", "HOST:PORT", a.resolver),
	}); err != nil {
		return "", err
	}
	if len(values["acme"]) == 0 {
		return "", a.Errorf(reader.RuleMissingProperty, `no certificate. Name its files with "tls CERT KEY", or add a block with "acme DOMAIN..."`)
	}
	return a.own(values)
}

// own takes note of what the domains are managed with, which two uses have to agree on, and
// returns it.
func (a *acmeUses) own(values map[string][]string) (with string, err error) {
	var names []string
	for _, domain := range values["acme"] {
		name, ok := acmeDomain(domain)
		if !ok {
			return "", nil // reported already
		}
		names = append(names, name)
	}
	slices.Sort(names)
	values["acme"] = slices.Compact(names)
	with = fmt.Sprint(values)
	for _, name := range names {
		if !a.Shared.Manage(name, with) {
			return "", a.Errorf(reader.RuleConflict, "the certificate for %s is already configured above with other settings. Remove one of the two", corefile.Quote(name))
		}
	}
	return with, nil
}

func (a *acmeUses) domains(args []corefile.Token) error {
	for _, domain := range args {
		if _, ok := acmeDomain(domain.Text); !ok {
			return a.ErrorAt(domain, reader.RuleInvalidValue, `a CA issues no certificate for %s. Write a domain name such as "dns.example.org"`, corefile.Quote(domain.Text))
		}
	}
	return nil
}

// acmeDomain returns a domain as CoreDNS normalises it.
func acmeDomain(domain string) (string, bool) {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	name, wildcard := strings.CutPrefix(domain, "*.")
	if name == "" || strings.Contains(name, "*") || net.ParseIP(name) != nil {
		return "", false
	}
	name, err := idna.Lookup.ToASCII(name)
	if err != nil {
		return "", false
	}
	_, ok := dns.IsDomainName(name)
	if wildcard {
		name = "*." + name
	}
	return name, ok
}

func (a *acmeUses) authority(args []corefile.Token) error {
	u, err := url.Parse(args[0].Text)
	if err != nil || !slices.Contains([]string{"https", "http"}, u.Scheme) || u.Host == "" {
		return a.Errorf(reader.RuleInvalidValue, "the CA is %s. Write its URL, such as %q", corefile.Quote(args[0].Text), "https://acme.example.org/directory")
	}
	return nil
}

func (a *acmeUses) resolver(args []corefile.Token) error {
	host, port, err := net.SplitHostPort(args[0].Text)
	if args[0].Text == "" {
		return nil
	}
	if n, portErr := strconv.Atoi(port); err != nil || host == "" || portErr != nil || n < 1 || n > 65535 {
		return a.Errorf(reader.RuleInvalidValue, `the resolver is %s. Write an address with a port, such as "192.0.2.1:53"`, corefile.Quote(args[0].Text))
	}
	return nil
}
