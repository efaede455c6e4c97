package plugin

import "corewarden/corefile"

// An Endpoint is one use of a plugin that serves HTTP for the whole process.
type Endpoint struct {
	// Token is the name of the plugin.
	Token corefile.Token
	// Address is where it listens.
	Address string
}

// endpoint takes note of a use of the plugin, the current token, which listens on the usual
// address unless it names another.
func (p *Parser) endpoint() *Endpoint {
	about, _ := p.about(p.plugin)
	e := &Endpoint{Token: p.Token(), Address: about.Listens}
	p.Settings.Endpoints = append(p.Settings.Endpoints, e)
	return e
}
