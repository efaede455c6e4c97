package plugin

import "strings"

// keyFiles reads the names of pairs of key files, FILE.key and FILE.private, each given
// with either ending or none.
func (p *Parser) keyFiles() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.argErr("key file FILE...")
	}
	for i, arg := range args {
		base, found := strings.CutSuffix(arg, ".key")
		if !found {
			base = strings.TrimSuffix(arg, ".private")
		}
		if err := p.podFile(len(args)-1-i, base+".key", "the key file"); err != nil {
			return err
		}
	}
	return nil
}

// ignoredKey warns of a key of a kind that the plugin does not know. A further word is
// read as the next property.
func (p *Parser) ignoredKey() error {
	p.warnf(0, RuleIgnored, "CoreDNS ignores this key: it knows no key type %q. Write: key file FILE...", p.Val())
	return nil
}
