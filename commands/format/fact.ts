/** A label and what stands after it; an empty label continues the fact before. */
export type Fact = [label: string, value: string]
