package reader

import "strings"

// KeyFiles reads the names of pairs of key files, FILE.key and FILE.private, each given
// with either ending or none.
func (p *Parser) KeyFiles() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.ArgErr("key file FILE...")
	}
	for _, arg := range args {
		base, found := strings.CutSuffix(arg.Text, ".key")
		if !found {
			base = strings.TrimSuffix(arg.Text, ".private")
		}
		arg.Text = base + ".key"
		if err := p.PodFile(arg, "the key file"); err != nil {
			return err
		}
	}
	return nil
}

// IgnoredKey warns of a key of a kind that the plugin does not know. A further word is
// read as the next property.
func (p *Parser) IgnoredKey() error {
	p.unread = p.Hidden(p.Token())
	p.Warnf(RuleIgnored, "CoreDNS ignores this key: it knows no key type %q. Write: key file FILE...", p.Val())
	return nil
}
