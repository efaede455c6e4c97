//go:build race

package main

// underRace tells that the race detector is on, which takes several times the memory.
const underRace = true
