package main

import "fmt"

// limit is how many times more work twice the text may be.
const limit = 2.25

// suspicious is how many times more than its share the largest text may be expected to cost so
// that large ones are not looked at.
const suspicious = 3

// largeBytes is how long the larger of two large texts is. Twice as long is allowed, but takes
// long where something is wrong.
const largeBytes = 1 << 16

// maxBytes is how large a ConfigMap can be.
const maxBytes = 1 << 20

// steps are the sizes that are measured. Their differences tell the terms of a polynomial.
var steps = [...]int{8, 16, 32}

// A growth is what the work of a shape does as that grows.
type growth struct {
	shape shape
	// bytes and work are those of steps.
	bytes [len(steps)]int
	work  [len(steps)]int64
	// large is how much more work twice the text is, near to the largest that there can be;
	// 0 where it was not asked for.
	large float64
}

// measure counts the work of a shape. The small steps tell whether there may be something,
// and large texts whether there is: much is bounded.
func measure(s shape) (growth, error) {
	g := growth{shape: s}
	for i, n := range steps {
		var err error
		if g.bytes[i], g.work[i], err = s.work(n); err != nil {
			return growth{}, err
		}
	}
	if g.suspected() < suspicious {
		return g, nil
	}
	each := (g.bytes[2] - g.bytes[1]) / (steps[2] - steps[1])
	n := largeBytes / each / 4 * 4 // both even: words that are read in pairs may be refused for one that is left
	_, once, err := s.work(n / 2)
	if err != nil {
		return growth{}, err
	}
	_, twice, err := s.work(n)
	g.large = float64(twice) / float64(once)
	return g, err
}

// work counts what a shape of size n costs, and its bytes.
func (s shape) work(n int) (bytes int, counted int64, err error) {
	k, bundle := s.grown(n)
	for _, text := range bundle.Data {
		bytes += len(text)
	}
	for _, c := range k.ConfigMaps {
		for _, text := range c.Data {
			bytes += len(text)
		}
	}
	if counted, err = work(func() { k.Check(judged, bundle) }); err != nil {
		err = fmt.Errorf("%s: %w", s.name, err)
	}
	return bytes, counted, err
}

// suspected returns how many times more the largest text would cost than what grows with it: the
// work a + b*n + c*n*n goes through the three steps, and n is taken as far as a ConfigMap
// can be.
func (g growth) suspected() float64 {
	first, second := float64(g.work[1]-g.work[0]), float64(g.work[2]-g.work[1])
	d := float64(steps[0])
	c := (second/2 - first) / (3 * d * d)
	b := first/d - 3*d*c
	each := float64(g.bytes[2]-g.bytes[1]) / float64(steps[2]-steps[1])
	if b <= 0 || each <= 0 {
		return 1
	}
	return 1 + max(0, c/b*maxBytes/each)
}

func (g growth) String() string {
	text := fmt.Sprintf("%8.1f suspected, ", g.suspected())
	if g.large > 0 {
		text += fmt.Sprintf("%.2f times for twice the text", g.large)
	} else {
		text += "none"
	}
	return text + ": " + g.shape.name
}
