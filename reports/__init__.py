"""What leaders and the public see of it all."""
