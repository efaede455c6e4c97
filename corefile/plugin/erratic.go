package plugin

import "math"

// erratic reads: erratic { drop [AMOUNT]; delay [AMOUNT [DURATION]]; truncate [AMOUNT];
// large }. All uses in a block count.
func erratic(p *Parser) error {
	return p.every(func() error {
		return p.block(properties{
			{name: "drop", usage: "[AMOUNT]", read: func() error { return p.erraticAmount("drop [AMOUNT]", 1) }},
			{name: "delay", usage: "[AMOUNT [DURATION]]", read: func() error { return p.erraticAmount("delay [AMOUNT [DURATION]]", 2) }},
			{name: "truncate", usage: "[AMOUNT]", read: func() error { return p.erraticAmount("truncate [AMOUNT]", 1) }},
			{name: "large", read: nothing},
		})
	})
}

// erraticAmount reads: [AMOUNT [DURATION]], and at most that many arguments.
func (p *Parser) erraticAmount(usage string, most int) error {
	args := p.RemainingArgs()
	n := len(args)
	if n > most {
		return p.argErr(usage)
	}
	if n > 0 {
		if err := p.integer(args[0], "the amount", 0, math.MaxInt32); err != nil {
			return err
		}
	}
	if n > 1 {
		_, err := p.duration(args[1], "the delay", anyDuration, maxDuration)
		return err
	}
	return nil
}
