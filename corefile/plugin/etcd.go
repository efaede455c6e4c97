package plugin

import (
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"corewarden/corefile"
)

// etcd reads: etcd [ZONE...] { path, endpoint, credentials, tls, fallthrough,
// min-lease-ttl, max-lease-ttl, no_apex_fallback }.
func etcd(p *Parser) error {
	return p.first(func() error {
		use := Store{Token: p.Token(), Zones: p.origins(p.RemainingArgs())}
		defer func() { p.store(use) }()
		endpoint := p.tokens[0]
		endpoint.Text = ""
		err := p.block(properties{
			{name: "path", usage: "PATH", read: p.wordInto(new(string))},
			{name: "endpoint", usage: "URL...", read: func() error {
				args := p.RemainingArgs()
				if len(args) == 0 {
					return p.argErr("endpoint URL...")
				}
				endpoint = args[0]
				return nil
			}},
			{name: "credentials", usage: "USER PASSWORD", read: p.etcdCredentials},
			{name: "tls", usage: "[CERT KEY] [CA]", read: p.tlsFiles},
			{name: "fallthrough", usage: "[ZONE...]", read: p.fallthroughInto(&use.Fallthrough)},
			{name: "min-lease-ttl", usage: "SECONDS|DURATION", since: "1.12.4", read: p.etcdTTL},
			{name: "max-lease-ttl", usage: "SECONDS|DURATION", since: "1.12.4", read: p.etcdTTL},
			{name: "no_apex_fallback", since: "1.15.0", read: p.noArguments},
			// Of former times, and ignored.
			{name: "stubzones", read: nothing},
			{name: "debug", read: nothing},
			{name: "upstream", read: func() error { p.RemainingArgs(); return nil }},
		})
		if err == nil && !isEtcdEndpoint(endpoint.Text) && !p.overridable() {
			return p.errorAt(endpoint, RuleInvalidValue, "the endpoint %s is not a URL. Write for example %q", corefile.Quote(endpoint.Text), "http://192.0.2.1:2379")
		}
		return err
	})
}

// isEtcdEndpoint reports whether etcd's client takes an endpoint, of which it looks only
// at the first, and only at its escapes.
func isEtcdEndpoint(endpoint string) bool {
	_, authority, found := strings.Cut(endpoint, "://")
	if !found {
		authority = endpoint
	}
	_, err := url.Parse("etcd-endpoints://0/" + authority)
	return err == nil
}

// etcdCredentials reads: credentials USER PASSWORD. With both, CoreDNS logs in at the start.
func (p *Parser) etcdCredentials() error {
	property := p.Token()
	args := p.RemainingArgs()
	if len(args) != 2 {
		return p.argErr("credentials USER PASSWORD")
	}
	if args[0].Text != "" && args[1].Text != "" {
		p.warnAt(property, RulePodNetwork, "the server starts only after it has logged in to etcd; Corewarden cannot check this")
	}
	return nil
}

// etcdTTL reads a number of seconds, or a duration; an empty word is 0.
func (p *Parser) etcdTTL() error {
	name := p.Val()
	if !p.NextArg() {
		return p.argErr(name + " SECONDS|DURATION")
	}
	text := strings.TrimSpace(p.Val())
	if _, err := strconv.ParseUint(text, 10, 64); err == nil {
		text += "s"
	}
	d, err := time.ParseDuration(text)
	if text != "" && (err != nil || d < 0 || d.Seconds() > math.MaxUint32) {
		return p.errorf(RuleInvalidValue, `%s is %s. Write seconds or a duration of at most %d seconds, such as "30" or "5m"`, name, corefile.Quote(p.Val()), uint32(math.MaxUint32))
	}
	return nil
}
